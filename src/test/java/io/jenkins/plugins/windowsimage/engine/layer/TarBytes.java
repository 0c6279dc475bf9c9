package io.jenkins.plugins.windowsimage.engine.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tars of any kind, also such as our own writer would refuse to. */
final class TarBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    TarBytes() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    TarBytes directory(String name) throws IOException {
        return put(new TarArchiveEntry(name + "/", TarConstants.LF_DIR, true), "");
    }

    TarBytes file(String name, String content) throws IOException {
        return put(new TarArchiveEntry(name, TarConstants.LF_NORMAL, true), content);
    }

    TarBytes symlink(String name, String target) throws IOException {
        return link(name, TarConstants.LF_SYMLINK, target);
    }

    TarBytes hardLink(String name, String target) throws IOException {
        return link(name, TarConstants.LF_LINK, target);
    }

    TarBytes junction(String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        entry.addPaxHeader("MSWINDOWS.mountpoint", "1");
        return put(entry, "");
    }

    TarBytes entry(String name, byte type) throws IOException {
        return put(new TarArchiveEntry(name, type, true), "");
    }

    TarBytes record(String name, String key, String value) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.addPaxHeader(key, value);
        return put(entry, "");
    }

    private TarBytes link(String name, byte type, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(target);
        return put(entry, "");
    }

    private TarBytes put(TarArchiveEntry entry, String content) throws IOException {
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        entry.setModTime(1_000_000L);
        entry.setSize(body.length);
        tar.putArchiveEntry(entry);
        tar.write(body);
        tar.closeArchiveEntry();
        return this;
    }

    byte[] toBytes() throws IOException {
        tar.finish();
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }
}
