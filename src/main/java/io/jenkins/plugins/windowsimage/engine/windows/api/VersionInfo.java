package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** OSVERSIONINFOEXW: the version of Windows. Source: winnt.h. */
@NativeType("OSVERSIONINFOEXW")
@Structure.FieldOrder({
    "dwOSVersionInfoSize",
    "dwMajorVersion",
    "dwMinorVersion",
    "dwBuildNumber",
    "dwPlatformId",
    "szCSDVersion",
    "wServicePackMajor",
    "wServicePackMinor",
    "wSuiteMask",
    "wProductType",
    "wReserved"
})
public final class VersionInfo extends Structure {
    /** Value of {@link #wProductType} on a client edition. */
    public static final byte VER_NT_WORKSTATION = 1;

    public int dwOSVersionInfoSize;
    public int dwMajorVersion;
    public int dwMinorVersion;
    public int dwBuildNumber;
    public int dwPlatformId;
    public short[] szCSDVersion = new short[128];
    public short wServicePackMajor;
    public short wServicePackMinor;
    public short wSuiteMask;
    public byte wProductType;
    public byte wReserved;

    public VersionInfo() {
        dwOSVersionInfoSize = size();
    }
}
