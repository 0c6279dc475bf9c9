package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Blobs by their digest. A blob is either there whole or not there at all. Thread-safe, and safe for several processes where
 * the content is kept on disk.
 */
public interface ContentStore {

    boolean contains(Digest digest);

    /**
     * Length of a blob in bytes.
     *
     * @throws java.nio.file.NoSuchFileException if it is not here
     */
    long size(Digest digest) throws IOException;

    /**
     * Opens a blob for reading at any position; the caller closes it.
     *
     * @throws java.nio.file.NoSuchFileException if it is not here
     */
    SeekableByteChannel open(Digest digest) throws IOException;

    /** Begins a blob whose digest is known only at its end. */
    BlobWriter writer() throws IOException;

    /**
     * Begins a blob whose digest is known, or goes on with what an earlier, interrupted attempt left: {@link
     * BlobWriter#position()} then tells how much is there. One attempt at a time is resumed; a second one starts from nothing.
     */
    BlobWriter resume(Descriptor expected) throws IOException;
}
