package io.jenkins.plugins.windowsimage.engine.layer;

import java.io.Closeable;

/**
 * Compresses one block independently of all others, so that blocks can be compressed at the same time and the outcome does not
 * depend on how many are. For one thread at a time; holds memory outside the heap until it is closed.
 */
interface BlockCompressor extends Closeable {

    /** The most that {@link #compress} makes of a block of this length. */
    int bound(int length);

    /**
     * Compresses the first {@code length} bytes of a block.
     *
     * @return how many bytes it wrote to the start of {@code target}
     */
    int compress(byte[] block, int length, byte[] target);

    @Override
    void close();
}
