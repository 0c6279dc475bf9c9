package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.transport.NewFile;
import java.io.IOException;
import java.util.Arrays;

/** A file that is written through a handle: plain, or as a backup stream through BackupWrite. */
final class NativeNewFile extends NewFile {
    private final NtHandles handles;
    private final Pointer handle;
    private final String path;
    private final boolean backup;
    private final PointerByReference context = new PointerByReference();
    private final IntByReference written = new IntByReference();
    private boolean closed;

    /** @param handle closed with this file */
    NativeNewFile(NtHandles handles, Pointer handle, String path, boolean backup) {
        this.handles = handles;
        this.handle = handle;
        this.path = path;
        this.backup = backup;
    }

    @Override
    public void setInfo(BasicInfo info) throws IOException {
        handles.setInfo(handle, info, path);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            byte[] piece = offset + done == 0 ? bytes : Arrays.copyOfRange(bytes, offset + done, offset + length);
            boolean good = backup
                    ? handles.kernel32().BackupWrite(handle, piece, length - done, written, false, true, context)
                    : handles.kernel32().WriteFile(handle, piece, length - done, written, null);
            if (!good) {
                throw handles.failed(backup ? "BackupWrite" : "WriteFile", Native.getLastError(), path);
            }
            if (written.getValue() <= 0) {
                throw new IOException("nothing more of \"" + path + "\" is written");
            }
            done += written.getValue();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (context.getValue() != null
                    && !handles.kernel32().BackupWrite(handle, null, 0, written, true, true, context)) {
                throw handles.failed("BackupWrite", Native.getLastError(), path);
            }
        } finally {
            handles.close(handle);
        }
    }
}
