package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.InputStream;

/** The backup stream of a file, through BackupRead. */
final class BackupInput extends InputStream {
    private final NtHandles handles;
    private final Pointer handle;
    private final String path;
    private final PointerByReference context = new PointerByReference();
    private final IntByReference read = new IntByReference();
    private final byte[] buffer = new byte[64 * 1024];
    private int at;
    private int end;
    private boolean closed;

    /** @param handle closed with this stream */
    BackupInput(NtHandles handles, Pointer handle, String path) {
        this.handles = handles;
        this.handle = handle;
        this.path = path;
    }

    private boolean fill() throws IOException {
        if (at == end) {
            if (!handles.kernel32().BackupRead(handle, buffer, buffer.length, read, false, true, context)) {
                throw handles.failed("BackupRead", Native.getLastError(), path);
            }
            at = 0;
            end = read.getValue();
        }
        return at < end;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, bytes, offset, count);
        at += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (context.getValue() != null) {
                handles.kernel32().BackupRead(handle, null, 0, read, true, true, context);
            }
        } finally {
            handles.close(handle);
        }
    }
}
