package io.jenkins.plugins.windowsimage.engine.files;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** Recognises tar archives, compressed or not, by what they begin with, whatever their name. A zip file is none. */
final class ArchiveFormat {
    private static final int LONGEST_MAGIC = 6;
    private static final int TAR_RECORD = 512;
    /** Enough for the strongest preset of xz, which needs 65 MiB. */
    private static final int XZ_MEMORY_KIB = 100 << 10;

    private ArchiveFormat() {}

    /**
     * The tar stream in an archive.
     *
     * @param content from the beginning; not closed here
     * @return empty if the content is no archive, also when it is compressed but holds no tar
     * @throws IOException if it takes more memory than an archive may to look into it
     */
    static Optional<InputStream> tar(InputStream content) throws IOException {
        try {
            InputStream unpacked = unpacked(new BufferedInputStream(content, 1 << 16));
            byte[] record = unpacked.readNBytes(TAR_RECORD);
            return record.length == TAR_RECORD && TarUtils.verifyCheckSum(record)
                    ? Optional.of(new SequenceInputStream(new ByteArrayInputStream(record), unpacked))
                    : Optional.empty();
        } catch (MemoryLimitException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // A file that only begins like a compressed one; one that cannot be read will say so when it is copied.
            return Optional.empty();
        }
    }

    private static InputStream unpacked(BufferedInputStream raw) throws IOException {
        raw.mark(LONGEST_MAGIC);
        byte[] head = raw.readNBytes(LONGEST_MAGIC);
        raw.reset();
        if (startsWith(head, 0x1F, 0x8B, 0x08)) {
            return new GzipCompressorInputStream(raw, true);
        } else if (startsWith(head, 'B', 'Z', 'h')) {
            return new BZip2CompressorInputStream(raw, true);
        } else if (startsWith(head, 0xFD, '7', 'z', 'X', 'Z', 0)) {
            return new XZInputStream(raw, XZ_MEMORY_KIB);
        } else if (startsWith(head, 0x28, 0xB5, 0x2F, 0xFD)) {
            return new ZstdInputStream(raw);
        }
        return raw;
    }

    private static boolean startsWith(byte[] head, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= head.length || (head[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
