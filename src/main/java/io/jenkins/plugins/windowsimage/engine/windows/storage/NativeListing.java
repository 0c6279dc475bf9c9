package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.jenkins.plugins.windowsimage.engine.layer.transport.DirectoryEntry;
import io.jenkins.plugins.windowsimage.engine.layer.transport.Listing;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Lists a directory through its handle, as FILE_ID_BOTH_DIR_INFO records (winbase.h). */
final class NativeListing implements Listing {
    private static final int ATTRIBUTES = 56;
    private static final int NAME_LENGTH = 60;
    private static final int NAME = 104;

    private final NtHandles handles;
    private final Pointer handle;
    private final String path;
    private final byte[] buffer = new byte[32 * 1024];
    private final ByteBuffer records = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    private boolean begun;
    /** Where the next record lies; -1 when more have to be fetched. */
    private int at = -1;

    /** @param handle closed with this listing */
    NativeListing(NtHandles handles, Pointer handle, String path) {
        this.handles = handles;
        this.handle = handle;
        this.path = path;
    }

    @Override
    public DirectoryEntry next() throws IOException {
        while (true) {
            if (at < 0 && !fetch()) {
                return null;
            }
            int record = at;
            int next = records.getInt(record);
            at = next == 0 ? -1 : record + next;
            String name = new String(buffer, record + NAME, records.getInt(record + NAME_LENGTH),
                    StandardCharsets.UTF_16LE);
            if (!name.equals(".") && !name.equals("..")) {
                return new DirectoryEntry(name, records.getInt(record + ATTRIBUTES));
            }
        }
    }

    private boolean fetch() throws IOException {
        int infoClass = begun ? Kernel32.FILE_ID_BOTH_DIRECTORY_INFO : Kernel32.FILE_ID_BOTH_DIRECTORY_RESTART_INFO;
        begun = true;
        if (!handles.kernel32().GetFileInformationByHandleEx(handle, infoClass, buffer, buffer.length)) {
            int error = Native.getLastError();
            if (error == WinError.ERROR_NO_MORE_FILES) {
                return false;
            }
            throw handles.failed("GetFileInformationByHandleEx", error, path);
        }
        at = 0;
        return true;
    }

    @Override
    public void close() {
        handles.close(handle);
    }
}
