package io.jenkins.plugins.windowsimage.engine.layer;

import com.github.luben.zstd.ZstdInputStream;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.zip.GZIPInputStream;

/**
 * The tar of a layer blob: decompressed according to its first bytes (gzip, zstd or not at all), within limits, ahead of the
 * reader in another thread; computes the diff id on the way. For one thread at a time.
 */
public final class LayerInputStream extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final InputStream tar;
    private final MessageDigest digest = Digest.start();

    /**
     * Reads a blob from its start.
     *
     * @param blob closed with this stream
     * @param name of the layer in error messages, such as {@code layer sha256:...}
     * @param workers decompress ahead, in short tasks; not shut down here
     */
    public LayerInputStream(InputStream blob, String name, ReadLimits limits, ExecutorService workers,
            Cancellation cancellation) throws IOException {
        this(blob, name, limits, workers, cancellation, true);
    }

    /** @param hashing whether {@link #diffId()} will be asked for */
    LayerInputStream(InputStream blob, String name, ReadLimits limits, ExecutorService workers, Cancellation cancellation,
            boolean hashing) throws IOException {
        Counted compressed = new Counted(new BufferedInputStream(blob, BUFFER));
        InputStream plain;
        try {
            plain = decompress(compressed);
        } catch (IOException | RuntimeException e) {
            blob.close();
            throw e;
        }
        tar = new ReadAheadInputStream(
                new Checked(plain, compressed, name, limits, cancellation, hashing ? digest : null), workers);
    }

    private static InputStream decompress(Counted compressed) throws IOException {
        compressed.mark(4);
        byte[] magic = compressed.readNBytes(4);
        compressed.reset();
        if (magic.length >= 2 && magic[0] == 0x1F && magic[1] == (byte) 0x8B) {
            return new GZIPInputStream(compressed, BUFFER);
        }
        boolean zstd = magic.length == 4 && magic[0] == 0x28 && magic[1] == (byte) 0xB5 && magic[2] == 0x2F
                && magic[3] == (byte) 0xFD;
        return zstd ? new ZstdInputStream(compressed) : compressed;
    }

    @Override
    public int read() throws IOException {
        return tar.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return tar.read(bytes, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
        return tar.skip(count);
    }

    /** Reads on to the end of the tar and returns the digest of all of it. To be called once. */
    public Digest diffId() throws IOException {
        while (tar.skip(Long.MAX_VALUE) > 0) {
            // Only the digest is of interest.
        }
        return Digest.of(digest);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** Counts the bytes of the blob; a mark at its start does not disturb the count. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }

    /** Holds the tar to its limits and hashes it. */
    private static final class Checked extends FilterInputStream {
        private final Counted compressed;
        private final String name;
        private final ReadLimits limits;
        private final Cancellation cancellation;
        private final MessageDigest digest;
        private long count;

        Checked(InputStream plain, Counted compressed, String name, ReadLimits limits, Cancellation cancellation,
                MessageDigest digest) {
            super(plain);
            this.compressed = compressed;
            this.name = name;
            this.limits = limits;
            this.cancellation = cancellation;
            this.digest = digest;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            cancellation.check();
            int read;
            try {
                read = super.read(bytes, offset, length);
            } catch (IOException e) {
                throw new EngineException(ErrorKind.TAR_EXTRACT_FAILED,
                        "the " + name + " cannot be decompressed: " + e.getMessage(), e);
            }
            if (read > 0) {
                count += read;
                check();
                if (digest != null) {
                    digest.update(bytes, offset, read);
                }
            }
            return read;
        }

        private void check() {
            if (count > limits.bytes()) {
                throw refused("is longer than " + limits.bytes() + " bytes");
            }
            if (count > ReadLimits.FREE_BYTES && (count - ReadLimits.FREE_BYTES) / limits.ratio() > compressed.count) {
                throw refused("expands to more than " + limits.ratio() + " times its length");
            }
        }

        private EngineException refused(String why) {
            return new EngineException(ErrorKind.TAR_EXTRACT_FAILED, "the " + name + " " + why + " and is not read any further");
        }
    }
}
