package io.jenkins.plugins.windowsimage.engine.layer.transport;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads an open file through a buffer, and goes anywhere in it without reading what lies between. Reused from file to
 * file.
 */
final class SeekableInput extends InputStream {
    private final byte[] buffer = new byte[64 * 1024];
    private OpenFile file;
    /** Where the buffer lies in the file. */
    private long start;
    private int length;
    private int at;

    /** Begins at the start of a file, which is not closed here. */
    void reset(OpenFile next) {
        file = next;
        start = 0;
        length = 0;
        at = 0;
    }

    void seek(long position) {
        if (position >= start && position <= start + length) {
            at = (int) (position - start);
        } else {
            start = position;
            length = 0;
            at = 0;
        }
    }

    private boolean fill() throws IOException {
        if (at < length) {
            return true;
        }
        start += length;
        at = 0;
        length = Math.max(0, file.read(start, buffer, 0, buffer.length));
        return length > 0;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
        if (wanted == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(wanted, length - at);
        System.arraycopy(buffer, at, bytes, offset, count);
        at += count;
        return count;
    }

    @Override
    public long skip(long count) {
        long position = start + at;
        long skipped = Math.max(0, Math.min(count, file.status().size() - position));
        seek(position + skipped);
        return skipped;
    }
}
