package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * virtdisk.dll: what it takes to detach the disk of a scratch layer that a crash left attached. The functions return a Win32
 * error code, not an HRESULT. Source: virtdisk.h.
 */
public interface VirtDisk extends StdCallLibrary {
    /** The only access mask allowed with version 2 parameters. */
    int VIRTUAL_DISK_ACCESS_NONE = 0;

    int VIRTUAL_DISK_ACCESS_DETACH = 0x00040000;
    int OPEN_VIRTUAL_DISK_FLAG_NONE = 0;
    int OPEN_VIRTUAL_DISK_FLAG_CACHED_IO = 8;
    int DETACH_VIRTUAL_DISK_FLAG_NONE = 0;

    /**
     * Opens a virtual disk file; the handle is closed with {@link Kernel32#CloseHandle}.
     *
     * @param parameters null for the defaults
     */
    @NativeType("DWORD")
    int OpenVirtualDisk(
            StorageType type,
            String path,
            @NativeType("VIRTUAL_DISK_ACCESS_MASK") int access,
            @NativeType("OPEN_VIRTUAL_DISK_FLAG") int flags,
            @NativeType("POPEN_VIRTUAL_DISK_PARAMETERS") Pointer parameters,
            @NativeType("PHANDLE") PointerByReference handle);

    @NativeType("DWORD")
    int DetachVirtualDisk(
            @NativeType("HANDLE") Pointer disk,
            @NativeType("DETACH_VIRTUAL_DISK_FLAG") int flags,
            @NativeType("ULONG") int providerFlags);
}
