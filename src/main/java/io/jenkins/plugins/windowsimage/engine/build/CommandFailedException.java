package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.windows.RunFailedException;
import java.util.List;

/** A command failed, together with the last lines it printed. */
final class CommandFailedException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> output;

    CommandFailedException(RunFailedException cause, List<String> output) {
        super(cause.kind(), cause.getMessage(), cause.hint(), cause);
        this.output = output;
    }

    List<String> output() {
        return output;
    }
}
