package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.jenkins.plugins.windowsimage.engine.layer.transport.FileStatus;
import io.jenkins.plugins.windowsimage.engine.layer.transport.OpenFile;
import io.jenkins.plugins.windowsimage.engine.windows.api.Overlapped;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.io.IOException;

/** A file that is read through a handle. */
final class NativeOpenFile implements OpenFile {
    private static final int MOST = 64 * 1024;

    private final NtHandles handles;
    private final Pointer handle;
    private final String path;
    private final FileStatus status;
    private final Memory buffer = new Memory(MOST);
    private final Overlapped place = new Overlapped();
    private final IntByReference read = new IntByReference();

    /** @param handle closed with this file */
    NativeOpenFile(NtHandles handles, Pointer handle, String path) throws IOException {
        this.handles = handles;
        this.handle = handle;
        this.path = path;
        this.status = handles.status(handle, path);
    }

    @Override
    public FileStatus status() {
        return status;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
        place.Offset = (int) position;
        place.OffsetHigh = (int) (position >>> 32);
        place.write();
        int wanted = Math.min(length, MOST);
        if (!handles.kernel32().ReadFile(handle, buffer, wanted, read, place.getPointer())) {
            int error = Native.getLastError();
            if (error == WinError.ERROR_HANDLE_EOF) {
                return -1;
            }
            throw handles.failed("ReadFile", error, path);
        }
        int count = read.getValue();
        buffer.read(0, bytes, offset, count);
        return count == 0 ? -1 : count;
    }

    @Override
    public void close() {
        buffer.close();
        handles.close(handle);
    }
}
