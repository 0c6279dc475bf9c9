package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;

/** A step cannot be carried out on this machine; found out before anything was done. */
final class StepRefusedException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final int line;

    StepRefusedException(int line, String message) {
        super(
                ErrorKind.HOST_NOT_READY,
                message,
                "build on an agent with Windows Server 2019 or newer and its Containers feature (docs/windows-host.md); \"windows-image"
                        + " doctor\" tells what this machine lacks",
                null);
        this.line = line;
    }

    int line() {
        return line;
    }
}
