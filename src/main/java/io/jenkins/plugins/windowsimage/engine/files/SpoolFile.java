package io.jenkins.plugins.windowsimage.engine.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A temporary file that no one else sees: the operating system takes it away when it is closed, and also when this process is
 * killed. Written by one thread at its end, read by any number anywhere.
 */
final class SpoolFile implements Closeable {
    private final FileChannel channel;
    private final ByteBuffer pending = ByteBuffer.allocate(1 << 16);
    private long length;

    /** @param directory made when it does not exist */
    SpoolFile(Path directory) throws IOException {
        Files.createDirectories(directory);
        this.channel = FileChannel.open(directory.resolve("spool-" + UUID.randomUUID()), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Bytes written so far. */
    long length() {
        return length;
    }

    void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        length += count;
        while (left > 0) {
            int part = Math.min(left, pending.remaining());
            pending.put(bytes, from, part);
            from += part;
            left -= part;
            if (!pending.hasRemaining()) {
                flush();
            }
        }
    }

    /** Brings what was written to where readers find it. */
    void flush() throws IOException {
        pending.flip();
        while (pending.hasRemaining()) {
            channel.write(pending);
        }
        pending.clear();
    }

    /** What was written and flushed at this place. */
    InputStream read(long offset, long size) {
        return new InputStream() {
            private long next = offset;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] buffer, int start, int count) throws IOException {
                int wanted = (int) Math.min(count, offset + size - next);
                if (wanted == 0) {
                    return count == 0 ? 0 : -1;
                }
                int read = channel.read(ByteBuffer.wrap(buffer, start, wanted), next);
                if (read < 0) {
                    throw new IOException("a temporary file became shorter while the build read it");
                }
                next += read;
                return read;
            }
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
