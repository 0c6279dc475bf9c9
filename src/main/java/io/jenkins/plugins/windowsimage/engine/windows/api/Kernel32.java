package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * kernel32.dll: handles, files and volumes. Source: the Windows SDK headers winbase.h, fileapi.h, winioctl.h and winnt.h.
 *
 * <p>A function that returns a boolean sets the thread's last error when it returns false; read it with {@link
 * com.sun.jna.Native#getLastError} before anything else is called. Paths are absolute and begin with <code>\\?\</code>.
 */
public interface Kernel32 extends StdCallLibrary {
    /** What a handle is when there is none, for the functions that do not use null. */
    Pointer INVALID_HANDLE_VALUE = Pointer.createConstant(-1L);

    int GENERIC_READ = 0x80000000;
    int GENERIC_WRITE = 0x40000000;
    int DELETE = 0x00010000;
    int READ_CONTROL = 0x00020000;
    int WRITE_DAC = 0x00040000;
    int WRITE_OWNER = 0x00080000;
    int SYNCHRONIZE = 0x00100000;
    int ACCESS_SYSTEM_SECURITY = 0x01000000;
    int FILE_READ_DATA = 0x0001;
    int FILE_LIST_DIRECTORY = 0x0001;
    int FILE_READ_ATTRIBUTES = 0x0080;
    int FILE_WRITE_ATTRIBUTES = 0x0100;

    int FILE_SHARE_READ = 1;
    int FILE_SHARE_WRITE = 2;
    int FILE_SHARE_DELETE = 4;

    int CREATE_NEW = 1;
    int CREATE_ALWAYS = 2;
    int OPEN_EXISTING = 3;

    int FILE_ATTRIBUTE_READONLY = 0x0001;
    int FILE_ATTRIBUTE_HIDDEN = 0x0002;
    int FILE_ATTRIBUTE_SYSTEM = 0x0004;
    int FILE_ATTRIBUTE_DIRECTORY = 0x0010;
    int FILE_ATTRIBUTE_ARCHIVE = 0x0020;
    int FILE_ATTRIBUTE_NORMAL = 0x0080;
    int FILE_ATTRIBUTE_SPARSE_FILE = 0x0200;
    int FILE_ATTRIBUTE_REPARSE_POINT = 0x0400;

    int FILE_FLAG_BACKUP_SEMANTICS = 0x02000000;
    int FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000;
    int FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000;
    int FILE_FLAG_OVERLAPPED = 0x40000000;

    /** Information class of {@link FileBasicInfo}. */
    @NativeType("FileBasicInfo")
    int FILE_BASIC_INFO = 0;

    /** Information class of {@link FileStandardInfo}. */
    @NativeType("FileStandardInfo")
    int FILE_STANDARD_INFO = 1;

    /** Information class of {@link FileAttributeTagInfo}. */
    @NativeType("FileAttributeTagInfo")
    int FILE_ATTRIBUTE_TAG_INFO = 9;

    /** Information class that lists a directory as FILE_ID_BOTH_DIR_INFO records, going on where it stopped. */
    @NativeType("FileIdBothDirectoryInfo")
    int FILE_ID_BOTH_DIRECTORY_INFO = 10;

    /** As the other, from the start. */
    @NativeType("FileIdBothDirectoryRestartInfo")
    int FILE_ID_BOTH_DIRECTORY_RESTART_INFO = 11;

    /** Information class of {@link FileIdInfo}. */
    @NativeType("FileIdInfo")
    int FILE_ID_INFO = 18;

    int FSCTL_SET_REPARSE_POINT = 0x000900A4;
    int FSCTL_GET_REPARSE_POINT = 0x000900A8;
    int FSCTL_DELETE_REPARSE_POINT = 0x000900AC;
    int FSCTL_SET_SPARSE = 0x000900C4;
    int FSCTL_EXTEND_VOLUME = 0x000900F0;
    int IOCTL_DISK_GET_LENGTH_INFO = 0x0007405C;

    int MOVEFILE_REPLACE_EXISTING = 1;


    // ---- handles, memory, waiting

    boolean CloseHandle(@NativeType("HANDLE") Pointer handle);

    /**
     * Frees what computecore.dll and advapi32.dll allocated for the caller; null is allowed.
     *
     * @return null, or the argument if it could not be freed
     */
    @NativeType("HLOCAL")
    Pointer LocalFree(@NativeType("HLOCAL") Pointer memory);

    /** The pseudo handle of this process, which is not closed. */
    @NativeType("HANDLE")
    Pointer GetCurrentProcess();

    /** An event; null on failure. Closed with {@link #CloseHandle}. */
    @NativeType("HANDLE")
    Pointer CreateEventW(
            @NativeType("LPSECURITY_ATTRIBUTES") Pointer security, boolean manualReset, boolean initialState, String name);

    @NativeType("DWORD")
    int WaitForSingleObject(@NativeType("HANDLE") Pointer handle, int milliseconds);

    // ---- files

    /** Opens a file or directory; {@link #INVALID_HANDLE_VALUE} on failure. */
    @NativeType("HANDLE")
    Pointer CreateFileW(
            String path,
            int access,
            int share,
            @NativeType("LPSECURITY_ATTRIBUTES") Pointer security,
            int disposition,
            int flagsAndAttributes,
            @NativeType("HANDLE") Pointer template);

    /**
     * Reads. With an overlapped structure the buffer must stay where it is until the read has ended; false with last error
     * ERROR_IO_PENDING then means that it goes on.
     *
     * @param read receives the count; null for an overlapped read
     * @param overlapped address of an {@link Overlapped}, or null
     */
    boolean ReadFile(
            @NativeType("HANDLE") Pointer file,
            @NativeType("LPVOID") Pointer buffer,
            int size,
            @NativeType("LPDWORD") IntByReference read,
            @NativeType("LPOVERLAPPED") Pointer overlapped);

    /** Writes at the position of a file that was not opened for overlapped use. */
    boolean WriteFile(
            @NativeType("HANDLE") Pointer file,
            @NativeType("LPCVOID") byte[] buffer,
            int size,
            @NativeType("LPDWORD") IntByReference written,
            @NativeType("LPOVERLAPPED") Pointer overlapped);

    boolean GetOverlappedResult(
            @NativeType("HANDLE") Pointer file,
            @NativeType("LPOVERLAPPED") Pointer overlapped,
            @NativeType("LPDWORD") IntByReference transferred,
            boolean wait);

    /** Asks for the end of an overlapped operation, which still has to be waited for. */
    boolean CancelIoEx(
            @NativeType("HANDLE") Pointer file, @NativeType("LPOVERLAPPED") Pointer overlapped);

    /**
     * Reads a file as a backup stream. The context is null before the first call; true with 0 bytes is the end; a last call with
     * {@code abort} frees the context and is never left out. SACLs need ACCESS_SYSTEM_SECURITY on the handle.
     */
    boolean BackupRead(
            @NativeType("HANDLE") Pointer file,
            @NativeType("LPBYTE") byte[] buffer,
            int size,
            @NativeType("LPDWORD") IntByReference read,
            boolean abort,
            boolean processSecurity,
            @NativeType("LPVOID*") PointerByReference context);

    /**
     * Writes a backup stream to a file. The context is as for {@link #BackupRead}. Without WRITE_DAC and WRITE_OWNER on the
     * handle security is dropped silently.
     */
    boolean BackupWrite(
            @NativeType("HANDLE") Pointer file,
            @NativeType("LPBYTE") byte[] buffer,
            int size,
            @NativeType("LPDWORD") IntByReference written,
            boolean abort,
            boolean processSecurity,
            @NativeType("LPVOID*") PointerByReference context);

    /** Skips bytes of the data of the current stream; it stops at the end of that stream. */
    boolean BackupSeek(
            @NativeType("HANDLE") Pointer file,
            int low,
            int high,
            @NativeType("LPDWORD") IntByReference soughtLow,
            @NativeType("LPDWORD") IntByReference soughtHigh,
            @NativeType("LPVOID*") PointerByReference context);

    /** Fills one of the information structures. */
    boolean GetFileInformationByHandleEx(
            @NativeType("HANDLE") Pointer file,
            @NativeType("FILE_INFO_BY_HANDLE_CLASS") int infoClass,
            @NativeType("LPVOID") Structure info,
            int size);

    /** Fills a buffer with records, for the classes that list directories. */
    boolean GetFileInformationByHandleEx(
            @NativeType("HANDLE") Pointer file,
            @NativeType("FILE_INFO_BY_HANDLE_CLASS") int infoClass,
            @NativeType("LPVOID") byte[] info,
            int size);

    boolean SetFileInformationByHandle(
            @NativeType("HANDLE") Pointer file,
            @NativeType("FILE_INFO_BY_HANDLE_CLASS") int infoClass,
            @NativeType("LPVOID") Structure info,
            int size);

    boolean DeviceIoControl(
            @NativeType("HANDLE") Pointer device,
            int code,
            @NativeType("LPVOID") byte[] in,
            int inSize,
            @NativeType("LPVOID") byte[] out,
            int outSize,
            @NativeType("LPDWORD") IntByReference returned,
            @NativeType("LPOVERLAPPED") Pointer overlapped);

    boolean CreateDirectoryW(String path, @NativeType("LPSECURITY_ATTRIBUTES") Pointer security);

    boolean MoveFileExW(String from, String to, int flags);

    // ---- volumes

    /** The mount point, such as <code>D:\</code>, of the volume that a path is on. */
    boolean GetVolumePathNameW(String path, @NativeType("LPWSTR") char[] volume, int length);

    /** Name and file system of a volume; every output but the file system's name may be null. */
    boolean GetVolumeInformationW(
            String root,
            @NativeType("LPWSTR") char[] name,
            int nameLength,
            @NativeType("LPDWORD") IntByReference serial,
            @NativeType("LPDWORD") IntByReference maximumComponent,
            @NativeType("LPDWORD") IntByReference flags,
            @NativeType("LPWSTR") char[] fileSystem,
            int fileSystemLength);

    /** Bytes free for this user, in all, and free altogether. */
    boolean GetDiskFreeSpaceExW(
            String directory,
            @NativeType("PULARGE_INTEGER") LongByReference freeToCaller,
            @NativeType("PULARGE_INTEGER") LongByReference total,
            @NativeType("PULARGE_INTEGER") LongByReference free);
}
