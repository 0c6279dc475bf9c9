package io.jenkins.plugins.windowsimage.engine.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Content of a known length: ends there, and fails when there is less or more behind it. For one thread. */
final class ExactInputStream extends FilterInputStream {
    private final String name;
    private long left;
    private boolean endChecked;

    ExactInputStream(InputStream in, long length, String name) {
        super(in);
        this.left = length;
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            checkEnd();
            return -1;
        }
        int count = in.read(buffer, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new IOException("the file " + name + " became shorter while the build read it");
        }
        left -= count;
        return count;
    }

    private void checkEnd() throws IOException {
        if (!endChecked && in.read() >= 0) {
            throw new IOException("the file " + name + " grew while the build read it");
        }
        endChecked = true;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] buffer = new byte[(int) Math.min(8192, Math.max(count, 1))];
        long skipped = 0;
        while (skipped < count) {
            int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(in.available(), left);
    }

    @Override
    public void close() {
        // The tree that opened the file closes it.
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
