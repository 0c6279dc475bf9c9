package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/** Where blobs are read from: a content store, or an image that somebody else keeps as files. Thread-safe. */
public interface BlobSource {

    boolean contains(Digest digest);

    /**
     * Whether the blob is here and as long as the descriptor says. A blob of another length was damaged after it was written:
     * writing it again replaces it.
     */
    default boolean contains(Descriptor descriptor) throws IOException {
        return contains(descriptor.digest()) && size(descriptor.digest()) == descriptor.size();
    }

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
}
