package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import java.io.IOException;

/**
 * Blobs by their digest. A blob is either there whole or not there at all. Thread-safe, and safe for several
 * processes where the content is kept on disk.
 */
public interface ContentStore extends BlobSource {

    /** Begins a blob whose digest is known only at its end. */
    BlobWriter writer() throws IOException;

    /**
     * Begins a blob whose digest is known, or goes on with what an earlier, interrupted attempt left: {@link
     * BlobWriter#position()} then tells how much is there. One attempt at a time is resumed; a second one starts
     * from nothing. Writing more than the descriptor's size is refused.
     */
    BlobWriter resume(Descriptor expected) throws IOException;

    /** Where compressed blocks of layers are in these blobs. */
    default KnownBlocks blocks() {
        return KnownBlocks.NONE;
    }
}
