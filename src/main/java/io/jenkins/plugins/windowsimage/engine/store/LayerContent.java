package io.jenkins.plugins.windowsimage.engine.store;

import com.github.luben.zstd.ZstdInputStream;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** The uncompressed tar of a layer, whatever its blob is compressed with. */
final class LayerContent {
    private static final int BUFFER = 256 * 1024;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    private LayerContent() {}

    /** Digest and length of the tar. */
    record Measure(Digest diffId, long size) {}

    /**
     * Opens the tar for reading from front to back. The compression is told by the content: media types are often
     * wrong.
     */
    static InputStream open(BlobSource source, Descriptor layer) throws IOException {
        InputStream blob = new BufferedInputStream(Channels.newInputStream(source.open(layer.digest())), BUFFER);
        try {
            blob.mark(ZSTD.length);
            byte[] start = blob.readNBytes(ZSTD.length);
            blob.reset();
            if (Arrays.equals(Arrays.copyOf(start, GZIP.length), GZIP)) {
                return new GzipCompressorInputStream(blob, true);
            }
            if (Arrays.equals(start, ZSTD)) {
                return new ZstdInputStream(blob);
            }
            return blob;
        } catch (IOException | RuntimeException | LinkageError e) {
            blob.close();
            throw e;
        }
    }

    /**
     * Reads the tar through.
     *
     * @param limit bytes after which it is refused; a small blob may grow without bound
     */
    static Measure measure(BlobSource source, Descriptor layer, long limit) throws IOException {
        MessageDigest running = Digest.start();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        try (InputStream in = new DigestInputStream(open(source, layer), running)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                size += count;
                if (size > limit) {
                    throw new IOException("the layer " + layer.digest() + " is longer than " + limit + " bytes");
                }
            }
        }
        return new Measure(Digest.of(running), size);
    }
}
