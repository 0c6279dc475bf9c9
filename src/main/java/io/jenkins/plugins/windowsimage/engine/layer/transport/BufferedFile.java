package io.jenkins.plugins.windowsimage.engine.layer.transport;

import java.io.IOException;
import java.io.OutputStream;

/** Collects small writes to a file. Reused from file to file, because most files are far smaller than the buffer. */
final class BufferedFile extends OutputStream {
    private final byte[] buffer = new byte[128 * 1024];
    private int length;
    private NewFile file;

    /** Begins another file; what was not flushed of the one before is forgotten. */
    void reset(NewFile next) {
        file = next;
        length = 0;
    }

    @Override
    public void write(int value) throws IOException {
        if (length == buffer.length) {
            flush();
        }
        buffer[length++] = (byte) value;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (count > buffer.length - length) {
            flush();
        }
        if (count >= buffer.length) {
            file.write(bytes, offset, count);
        } else {
            System.arraycopy(bytes, offset, buffer, length, count);
            length += count;
        }
    }

    @Override
    public void flush() throws IOException {
        if (length > 0) {
            file.write(buffer, 0, length);
            length = 0;
        }
    }
}
