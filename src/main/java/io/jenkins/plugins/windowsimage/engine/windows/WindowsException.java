package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;

/** A call to Windows failed. The message names the step, the call and what the error means. */
public final class WindowsException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int code;

    /**
     * @param step what was being done, such as {@code starting the container}
     * @param call the function that failed
     * @param code its HRESULT; see {@link io.jenkins.plugins.windowsimage.engine.windows.api.WinError#hresult} for Win32 codes
     * @param detail the decoded result document or the object concerned; null when there is none
     */
    public WindowsException(ErrorKind kind, String step, String call, int code, String detail) {
        super(kind, message(step, call, code, detail), HresultTable.lookup(code).hint(), null);
        this.call = call;
        this.code = code;
    }

    private static String message(String step, String call, int code, String detail) {
        return "%s failed: %s returned 0x%08X, %s%s"
                .formatted(step, call, code, HresultTable.lookup(code).sentence(), detail == null ? "" : ": " + detail);
    }

    /** The function that failed. */
    public String call() {
        return call;
    }

    /** The HRESULT. */
    public int code() {
        return code;
    }
}
