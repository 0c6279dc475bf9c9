package io.jenkins.plugins.windowsimage.engine.windows;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Unpacked layers of one image, held for use. For one thread at a time. */
public interface LayerChain extends Closeable {

    /** Immediate parent first, base last: the order that Windows wants everywhere. */
    List<ReadOnlyLayer> parents();

    /**
     * Makes a writable layer on top.
     *
     * @param bytes size of its disk; 0 for the default
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind LAYER_CREATE
     */
    Scratch createScratch(long bytes) throws IOException;

    /** Lets go of the layers; every scratch on them is closed before. */
    @Override
    void close() throws IOException;
}
