package io.jenkins.plugins.windowsimage.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/**
 * Writes the tar of an image archive: few entries with short names, owned by root, without times. An entry may have
 * a length that is known only at its end, because its header is written then. For one thread.
 */
final class ArchiveTar implements Closeable {
    private static final int BLOCK = 512;
    private static final int BUFFER = 256 * 1024;

    private final FileChannel channel;
    private final byte[] buffer = new byte[BUFFER];

    /** @param file must not exist yet */
    ArchiveTar(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** @param name ends in a slash */
    void directory(String name) throws IOException {
        header(name, TarConstants.LF_DIR, 0, channel.position());
        channel.position(channel.position() + BLOCK);
    }

    void file(String name, byte[] content) throws IOException {
        header(name, TarConstants.LF_NORMAL, content.length, channel.position());
        channel.position(channel.position() + BLOCK);
        write(content, content.length);
        pad(content.length);
    }

    /**
     * @param size refused if the content has another
     */
    void file(String name, long size, InputStream content) throws IOException {
        long written = file(name, content);
        if (written != size) {
            throw new IOException(name + " has " + written + " bytes, expected were " + size);
        }
    }

    /** Writes a file of unknown length, and returns that. */
    long file(String name, InputStream content) throws IOException {
        long start = channel.position();
        channel.position(start + BLOCK);
        long size = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            write(buffer, count);
            size += count;
        }
        pad(size);
        header(name, TarConstants.LF_NORMAL, size, start);
        return size;
    }

    /** Writes the end mark. */
    void finish() throws IOException {
        write(new byte[2 * BLOCK], 2 * BLOCK);
    }

    private void header(String name, byte type, long size, long position) throws IOException {
        if (name.getBytes(StandardCharsets.UTF_8).length > TarConstants.NAMELEN) {
            throw new IllegalArgumentException("too long for this archive: " + name);
        }
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setSize(size);
        entry.setMode(type == TarConstants.LF_DIR ? 040755 : 0100644);
        entry.setModTime(0);
        entry.setIds(0, 0);
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        // Sizes over 8 GiB are written in binary, which GNU tar, Go and Java read alike.
        entry.writeEntryHeader(block.array(), ZipEncodingHelper.getZipEncoding(StandardCharsets.UTF_8.name()), true);
        while (block.hasRemaining()) {
            position += channel.write(block, position);
        }
    }

    private void pad(long size) throws IOException {
        int rest = (int) (size % BLOCK);
        if (rest > 0) {
            write(new byte[BLOCK - rest], BLOCK - rest);
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
