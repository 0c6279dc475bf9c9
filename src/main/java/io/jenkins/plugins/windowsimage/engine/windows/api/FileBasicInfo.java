package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/**
 * FILE_BASIC_INFO: times in units of 100 ns since 1601, and attributes; 0 leaves a value unchanged when it is set. Source:
 * winbase.h.
 */
@NativeType("FILE_BASIC_INFO")
@Structure.FieldOrder({"CreationTime", "LastAccessTime", "LastWriteTime", "ChangeTime", "FileAttributes"})
public final class FileBasicInfo extends Structure {
    public long CreationTime;
    public long LastAccessTime;
    public long LastWriteTime;
    public long ChangeTime;
    public int FileAttributes;
}
