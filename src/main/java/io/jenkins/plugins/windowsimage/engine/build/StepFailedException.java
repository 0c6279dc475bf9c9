package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import io.jenkins.plugins.windowsimage.engine.windows.RunFailedException;
import java.io.IOException;
import java.util.List;

/** A step of a build failed; the message says which one, and why. */
final class StepFailedException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final Integer exitCode;
    private final transient List<String> output;

    private StepFailedException(
            ErrorKind kind, String message, String hint, Throwable cause, int line, Integer exitCode, List<String> output) {
        super(kind, message, hint, cause);
        this.line = line;
        this.exitCode = exitCode;
        this.output = output;
    }

    /** Why a step failed; a failure that is told already stays as it is. */
    static StepFailedException of(StepInfo step, Exception cause) {
        if (cause instanceof StepFailedException told) {
            return told;
        }
        return of(step.line(), step.text(), cause);
    }

    /**
     * Why an instruction failed.
     *
     * @param line of the instruction in the Dockerfile
     */
    static StepFailedException of(int line, String text, Exception cause) {
        String place = "line " + line + " (" + shortened(text) + "): ";
        if (cause instanceof CommandFailedException command) {
            RunFailedException failed = (RunFailedException) command.getCause();
            return new StepFailedException(ErrorKind.RUN_STEP_FAILED, place + failed.getMessage(), failed.hint(), cause,
                    line, failed.exitCode(), command.output());
        }
        if (cause instanceof EngineException engine) {
            boolean cancelled = engine.kind() == ErrorKind.CANCELLED;
            return new StepFailedException(engine.kind(), cancelled ? engine.getMessage() : place + engine.getMessage(),
                    engine.hint(), cause, line, null, null);
        }
        if (cause instanceof IOException io) {
            return new StepFailedException(
                    ErrorKind.IO_ERROR, place + IoFailures.sentence(io), IoFailures.hint(io), cause, line, null, null);
        }
        throw (RuntimeException) cause;
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }

    /** Line of the Dockerfile. */
    int line() {
        return line;
    }

    /** Exit code of the command; null when none failed. */
    Integer exitCode() {
        return exitCode;
    }

    /** The last lines the command printed; null when none failed. */
    List<String> output() {
        return output;
    }
}
