package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * ntdll.dll: opening files relative to a directory handle without following links, and the real version of Windows. The
 * functions return an NTSTATUS, negative on failure. Source: winternl.h and ntifs.h.
 */
public interface NtDll extends StdCallLibrary {
    /** Names are compared without regard to case. */
    int OBJ_CASE_INSENSITIVE = 0x0040;

    /** Fail instead of following a reparse point on the way. */
    int OBJ_DONT_REPARSE = 0x1000;

    int FILE_OPEN = 1;
    int FILE_CREATE = 2;

    int FILE_DIRECTORY_FILE = 0x00000001;
    int FILE_SYNCHRONOUS_IO_NONALERT = 0x00000020;
    int FILE_NON_DIRECTORY_FILE = 0x00000040;
    int FILE_OPEN_FOR_BACKUP_INTENT = 0x00004000;
    int FILE_OPEN_REPARSE_POINT = 0x00200000;

    /** Information class of a hard link to be made: ReplaceIfExists at 0, RootDirectory 8, FileNameLength 16, FileName 20. */
    @NativeType("FileLinkInformation")
    int FILE_LINK_INFORMATION = 11;

    /** Information class of one byte: whether the file goes when its handle is closed. */
    @NativeType("FileDispositionInformation")
    int FILE_DISPOSITION_INFORMATION = 13;

    /** Information class of one ULONG of FILE_DISPOSITION flags. */
    @NativeType("FileDispositionInformationEx")
    int FILE_DISPOSITION_INFORMATION_EX = 64;

    @NativeType("FILE_DISPOSITION_FLAG_DELETE")
    int FILE_DISPOSITION_DELETE = 0x01;

    @NativeType("FILE_DISPOSITION_FLAG_POSIX_SEMANTICS")
    int FILE_DISPOSITION_POSIX_SEMANTICS = 0x02;

    @NativeType("FILE_DISPOSITION_FLAG_IGNORE_READONLY_ATTRIBUTE")
    int FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE = 0x10;

    int STATUS_SUCCESS = 0;
    int STATUS_INVALID_INFO_CLASS = 0xC0000003;
    int STATUS_INVALID_PARAMETER = 0xC000000D;
    int STATUS_NOT_SUPPORTED = 0xC00000BB;
    int STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034;
    int STATUS_OBJECT_PATH_NOT_FOUND = 0xC000003A;

    /** The handle is closed with {@link Kernel32#CloseHandle}. */
    @NativeType("NTSTATUS")
    int NtCreateFile(
            @NativeType("PHANDLE") PointerByReference file,
            @NativeType("ACCESS_MASK") int access,
            ObjectAttributes attributes,
            IoStatusBlock status,
            @NativeType("PLARGE_INTEGER") LongByReference allocationSize,
            @NativeType("ULONG") int fileAttributes,
            @NativeType("ULONG") int share,
            @NativeType("ULONG") int disposition,
            @NativeType("ULONG") int options,
            @NativeType("PVOID") Pointer extendedAttributes,
            @NativeType("ULONG") int extendedAttributesLength);

    @NativeType("NTSTATUS")
    int NtSetInformationFile(
            @NativeType("HANDLE") Pointer file,
            IoStatusBlock status,
            @NativeType("PVOID") Pointer information,
            @NativeType("ULONG") int length,
            @NativeType("FILE_INFORMATION_CLASS") int infoClass);

    @NativeType("ULONG")
    int RtlNtStatusToDosError(@NativeType("NTSTATUS") int status);

    /** The version of Windows, which unlike GetVersionEx and os.version depends on no manifest. */
    @NativeType("NTSTATUS")
    int RtlGetVersion(VersionInfo version);
}
