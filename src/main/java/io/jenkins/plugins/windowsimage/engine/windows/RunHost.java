package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Carries out RUN instructions. Safe for several builds and stages at once. */
public interface RunHost extends Closeable {

    /** Why RUN cannot be carried out on this machine, as a sentence; empty when it can. Cheap, and touches nothing. */
    Optional<String> unavailable();

    /**
     * Runs one command in a container of its own on the given layers and captures what it changed as a layer.
     *
     * @param output takes what the command prints, while it prints it
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind RUN_STEP_FAILED when the command fails (then a
     *     {@link RunFailedException}), CANCELLED, HOST_NOT_READY, LAYER_CREATE or LAYER_EXPORT_FAILED
     */
    LayerBlob run(RunRequest request, RunOutput output, Cancellation cancellation) throws IOException;

    /** Removes what dead builds left in the services of Windows, and nothing else; builds do so before their first command. */
    void sweep() throws IOException;

    /** Releases what was kept between commands. */
    @Override
    void close() throws IOException;
}
