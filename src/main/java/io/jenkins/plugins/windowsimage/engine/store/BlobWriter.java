package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;

/**
 * Writes one blob and computes its digest on the way. Nothing is visible before the commit; closing without one
 * discards what was written, except that a resumable blob keeps it for the next attempt. For one thread at a time.
 */
public interface BlobWriter extends Closeable {

    /** Bytes of the blob that are there. */
    long position();

    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Throws away what was written, also what an earlier attempt left. */
    void restart() throws IOException;

    /** Ends the blob, makes it durable and visible, and returns its digest. */
    Digest commit() throws IOException;

    /**
     * As {@link #commit()}, but refuses content with another digest.
     *
     * @throws DigestMismatchException naming both digests; what was written is discarded, also what could be resumed
     */
    void commit(Digest expected) throws IOException;
}
