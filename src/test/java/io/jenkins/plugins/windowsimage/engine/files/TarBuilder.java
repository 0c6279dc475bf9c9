package io.jenkins.plugins.windowsimage.engine.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/** Writes tar archives, honest ones and others. */
final class TarBuilder {
    static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    TarBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    TarBuilder file(String name, String content) {
        return entry(name, TarConstants.LF_NORMAL, null, content.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    TarBuilder directory(String name) {
        return entry(name + "/", TarConstants.LF_DIR, null, new byte[0], Map.of());
    }

    TarBuilder symlink(String name, String target) {
        return entry(name, TarConstants.LF_SYMLINK, target, new byte[0], Map.of());
    }

    TarBuilder hardLink(String name, String target) {
        return entry(name, TarConstants.LF_LINK, target, new byte[0], Map.of());
    }

    TarBuilder entry(String name, byte type, String link, byte[] content, Map<String, String> pax) {
        try {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setSize(content.length);
            entry.setLastModifiedTime(FileTime.from(TIME));
            if (link != null) {
                entry.setLinkName(link);
            }
            pax.forEach(entry::addPaxHeader);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        try {
            tar.finish();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param format one of {@link CompressorStreamFactory} */
    static byte[] compressed(String format, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var compressor = new CompressorStreamFactory().createCompressorOutputStream(format, out)) {
            compressor.write(content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
