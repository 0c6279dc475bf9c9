package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;

/** A command of the Dockerfile ended with an exit code other than 0. */
public final class RunFailedException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public RunFailedException(int exitCode, String message, String hint) {
        super(ErrorKind.RUN_STEP_FAILED, message, hint, null);
        this.exitCode = exitCode;
    }

    /** The exit code as Windows gave it, read as a signed number. */
    public int exitCode() {
        return exitCode;
    }
}
