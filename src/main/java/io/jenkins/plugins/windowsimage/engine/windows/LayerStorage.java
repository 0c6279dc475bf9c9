package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Image layers unpacked the way Windows runs containers on them, shared by all builds on this machine. Thread-safe, and safe for
 * several processes on one storage root.
 */
public interface LayerStorage extends Closeable {

    /**
     * Unpacks the layers that are not there yet, and keeps all of them until the chain is closed.
     *
     * @param layers base layer first; at least one
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind LAYER_CREATE naming the layer
     */
    LayerChain open(List<LayerBlob> layers, Cancellation cancellation) throws IOException;

    /** Removes what dead builds left: scratch layers and their mounts, half-made and doomed layers. Never fails the caller. */
    void sweep();

    @Override
    void close() throws IOException;
}
