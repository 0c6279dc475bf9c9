package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.util.Optional;

/** Stands for a machine that cannot run Windows containers. */
public final class UnavailableRunHost implements RunHost {
    private final String reason;
    private final String remedy;

    /**
     * @param reason a sentence
     * @param remedy what to do
     */
    public UnavailableRunHost(String reason, String remedy) {
        this.reason = reason;
        this.remedy = remedy;
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.of(reason);
    }

    @Override
    public LayerBlob run(RunRequest request, RunOutput output, Cancellation cancellation) {
        throw new EngineException(ErrorKind.HOST_NOT_READY, reason, remedy, null);
    }

    @Override
    public void sweep() {
        // Nothing can have been left.
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
