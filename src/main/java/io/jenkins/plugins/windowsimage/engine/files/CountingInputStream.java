package io.jenkins.plugins.windowsimage.engine.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Knows how many bytes were read from it. For one thread. */
class CountingInputStream extends FilterInputStream {
    private long count;

    CountingInputStream(InputStream in) {
        super(in);
    }

    final long count() {
        return count;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        count += Math.max(0, read);
        return read;
    }

    /** By reading, so that nothing passes uncounted. */
    @Override
    public final long skip(long wanted) throws IOException {
        byte[] bytes = new byte[(int) Math.max(0, Math.min(8192, wanted))];
        return bytes.length == 0 ? 0 : Math.max(0, read(bytes, 0, bytes.length));
    }

    @Override
    public final boolean markSupported() {
        return false;
    }
}
