package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;

/**
 * Copies images between blob sources and stores; every digest is verified on the way, and what is there already is
 * skipped.
 */
public final class ImageCopy {
    private static final int BUFFER = 256 * 1024;

    private ImageCopy() {}

    /** Copies an image, layers first, so that a manifest is never there without what it names. */
    public static void image(Descriptor root, BlobSource from, ContentStore to) throws IOException {
        for (Descriptor blob : new ImageGraph(from).closure(root)) {
            if (from.contains(blob.digest()) || !ImageGraph.mayBeAbsent(blob)) {
                blob(blob, from, to);
            }
        }
    }

    /**
     * Copies one blob.
     *
     * @throws IOException naming both lengths or digests if the content is another
     */
    public static void blob(Descriptor blob, BlobSource from, ContentStore to) throws IOException {
        if (to.contains(blob)) {
            return;
        }
        try (BlobWriter writer = to.resume(blob);
                InputStream in = Channels.newInputStream(from.open(blob.digest()).position(writer.position()))) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                writer.write(buffer, 0, count);
            }
            if (writer.position() != blob.size()) {
                throw new IOException(blob.digest() + " is " + writer.position() + " bytes long, where its manifest says " + blob.size());
            }
            writer.commit(blob.digest());
        }
    }
}
