package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Pointer;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.ProcessInformation;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;

/** Our ends of the standard pipes of a process, each closed once. For one thread. */
final class StandardHandles implements AutoCloseable {
    private final WindowsApi api;
    private final Pointer output;
    private final Pointer error;
    private Pointer input;

    StandardHandles(WindowsApi api, ProcessInformation information) {
        this.api = api;
        input = real(information.StdInput);
        output = real(information.StdOutput);
        error = real(information.StdError);
    }

    private static Pointer real(Pointer handle) {
        return Kernel32.INVALID_HANDLE_VALUE.equals(handle) ? null : handle;
    }

    /** Null once it is closed. */
    Pointer input() {
        return input;
    }

    Pointer output() {
        return output;
    }

    Pointer error() {
        return error;
    }

    void closeInput() {
        close(input);
        input = null;
    }

    @Override
    public void close() {
        closeInput();
        close(output);
        close(error);
    }

    private void close(Pointer handle) {
        if (handle != null) {
            api.kernel32().CloseHandle(handle);
        }
    }
}
