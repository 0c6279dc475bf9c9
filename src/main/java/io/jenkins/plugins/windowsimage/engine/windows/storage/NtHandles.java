package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.transport.FileStatus;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileBasicInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileIdInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.FileStandardInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.IoStatusBlock;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.NtDll;
import io.jenkins.plugins.windowsimage.engine.windows.api.ObjectAttributes;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Opens files by names relative to a directory handle, so that nobody can lead a path elsewhere, and calls what works
 * on handles. Thread-safe.
 */
final class NtHandles {
    private static final int OPTIONS = NtDll.FILE_SYNCHRONOUS_IO_NONALERT
            | NtDll.FILE_OPEN_FOR_BACKUP_INTENT
            | NtDll.FILE_OPEN_REPARSE_POINT;

    static final int SHARE_ALL = Kernel32.FILE_SHARE_READ | Kernel32.FILE_SHARE_WRITE | Kernel32.FILE_SHARE_DELETE;

    private final WindowsApi api;
    private final ErrorKind kind;
    private final String step;

    /**
     * @param kind of the errors
     * @param step what is being done, for the errors
     */
    NtHandles(WindowsApi api, ErrorKind kind, String step) {
        this.api = api;
        this.kind = kind;
        this.step = step;
    }

    Kernel32 kernel32() {
        return api.kernel32();
    }

    /** Opens a directory by its absolute path. */
    Pointer openRoot(String path) throws IOException {
        Pointer handle = kernel32().CreateFileW(LayerDriver.LONG_PATH + path,
                Kernel32.FILE_LIST_DIRECTORY | Kernel32.FILE_READ_ATTRIBUTES, SHARE_ALL, null, Kernel32.OPEN_EXISTING,
                Kernel32.FILE_FLAG_BACKUP_SEMANTICS | Kernel32.FILE_FLAG_OPEN_REPARSE_POINT, null);
        if (Kernel32.INVALID_HANDLE_VALUE.equals(handle)) {
            throw failed("CreateFileW", Native.getLastError(), path);
        }
        return handle;
    }

    /**
     * Opens or makes a file. A link at the end of the path is opened itself; one on the way is an error.
     *
     * @param options besides those that every file is opened with
     */
    Pointer open(Pointer root, String path, int access, int share, int disposition, int options) throws IOException {
        PointerByReference handle = new PointerByReference();
        ObjectAttributes name = new ObjectAttributes(root, path, NtDll.OBJ_CASE_INSENSITIVE | NtDll.OBJ_DONT_REPARSE);
        int status = api.ntDll().NtCreateFile(handle, access | Kernel32.SYNCHRONIZE, name, new IoStatusBlock(), null, 0,
                share, disposition, options | OPTIONS, null, 0);
        if (status < 0) {
            throw failedNt("NtCreateFile", status, path);
        }
        return handle.getValue();
    }

    void close(Pointer handle) {
        kernel32().CloseHandle(handle);
    }

    FileStatus status(Pointer handle, String path) throws IOException {
        FileBasicInfo basic = new FileBasicInfo();
        FileStandardInfo standard = new FileStandardInfo();
        FileIdInfo id = new FileIdInfo();
        query(handle, Kernel32.FILE_BASIC_INFO, basic, path);
        query(handle, Kernel32.FILE_STANDARD_INFO, standard, path);
        query(handle, Kernel32.FILE_ID_INFO, id, path);
        ByteBuffer bits = ByteBuffer.wrap(id.FileId);
        return new FileStatus(
                new BasicInfo(basic.CreationTime, basic.LastAccessTime, basic.LastWriteTime, basic.ChangeTime,
                        basic.FileAttributes),
                standard.EndOfFile, standard.NumberOfLinks,
                        List.of(id.VolumeSerialNumber, bits.getLong(), bits.getLong()));
    }

    private void query(Pointer handle, int infoClass, Structure info, String path) throws IOException {
        if (!kernel32().GetFileInformationByHandleEx(handle, infoClass, info, info.size())) {
            throw failed("GetFileInformationByHandleEx", Native.getLastError(), path);
        }
    }

    void setInfo(Pointer handle, BasicInfo info, String path) throws IOException {
        FileBasicInfo basic = new FileBasicInfo();
        basic.CreationTime = info.created();
        basic.LastAccessTime = info.accessed();
        basic.LastWriteTime = info.modified();
        basic.ChangeTime = info.changed();
        basic.FileAttributes = info.attributes();
        if (!kernel32().SetFileInformationByHandle(handle, Kernel32.FILE_BASIC_INFO, basic, basic.size())) {
            throw failed("SetFileInformationByHandle", Native.getLastError(), path);
        }
    }

    /** Sets information that ntdll alone can set; returns the status. */
    int set(Pointer handle, Pointer information, int length, int infoClass) {
        return api.ntDll().NtSetInformationFile(handle, new IoStatusBlock(), information, length, infoClass);
    }

    IOException failedNt(String call, int status, String path) {
        return failed(call, api.ntDll().RtlNtStatusToDosError(status), path);
    }

    /**
     * What a Win32 error means to a caller of {@link
     * io.jenkins.plugins.windowsimage.engine.layer.transport.LayerFiles}.
     *
     * @return for what a caller may expect
     * @throws WindowsException for everything else
     */
    IOException failed(String call, int error, String path) {
        switch (error) {
            case WinError.ERROR_FILE_NOT_FOUND, WinError.ERROR_PATH_NOT_FOUND, WinError.ERROR_DIRECTORY,
                    WinError.ERROR_REPARSE_POINT_ENCOUNTERED -> {
                return new NoSuchFileException(path);
            }
            case WinError.ERROR_ALREADY_EXISTS, WinError.ERROR_FILE_EXISTS -> {
                return new FileAlreadyExistsException(path);
            }
            default -> throw new WindowsException(kind, step, call, WinError.hresult(error), path);
        }
    }
}
