package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where blobs are read from: a content store, or an image that somebody else keeps as files. Thread-safe. */
public interface BlobSource {

    boolean contains(Digest digest);

    /**
     * Whether the blob is here and as long as the descriptor says. A blob of another length was damaged after it
     * was written: writing it again replaces it.
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

    /**
     * Makes a file that shares its disk space with a blob, where that is possible.
     *
     * @param target must not exist yet; not to be changed in place afterwards
     * @return whether there is such a file now
     */
    default boolean link(Digest digest, Path target) throws IOException {
        return false;
    }

    /**
     * Makes a file of a blob, sharing its disk space where that is possible.
     *
     * @param target must not exist yet; not to be changed in place afterwards
     * @throws java.nio.file.NoSuchFileException if the blob is not here
     */
    default void copyTo(Digest digest, Path target) throws IOException {
        if (link(digest, target)) {
            return;
        }
        try (SeekableByteChannel from = open(digest);
                FileChannel to = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        }
    }
}
