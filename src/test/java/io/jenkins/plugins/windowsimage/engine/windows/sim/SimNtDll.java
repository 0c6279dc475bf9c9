package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.IoStatusBlock;
import io.jenkins.plugins.windowsimage.engine.windows.api.NtDll;
import io.jenkins.plugins.windowsimage.engine.windows.api.ObjectAttributes;
import io.jenkins.plugins.windowsimage.engine.windows.api.VersionInfo;

/** ntdll.dll: the version here; files as far as they are simulated. */
final class SimNtDll implements NtDll {
    private final SimWindows windows;

    SimNtDll(SimWindows windows) {
        this.windows = windows;
    }

    @Override
    public int RtlGetVersion(VersionInfo version) {
        if (version.dwOSVersionInfoSize != version.size()) {
            return 0xC000000D;
        }
        version.dwMajorVersion = 10;
        version.dwMinorVersion = 0;
        version.dwBuildNumber = windows.build();
        version.wProductType = 3;
        return STATUS_SUCCESS;
    }

    @Override
    public int NtCreateFile(
            PointerByReference file,
            int access,
            ObjectAttributes attributes,
            IoStatusBlock status,
            LongByReference allocationSize,
            int fileAttributes,
            int share,
            int disposition,
            int options,
            Pointer extendedAttributes,
            int extendedAttributesLength) {
        return windows.files().create(file, access, attributes, disposition, options);
    }

    @Override
    public int NtSetInformationFile(Pointer file, IoStatusBlock status, Pointer information, int length,
            int infoClass) {
        return windows.files().set(file, information, length, infoClass);
    }

    @Override
    public int RtlNtStatusToDosError(int status) {
        return SimFiles.win32(status);
    }
}
