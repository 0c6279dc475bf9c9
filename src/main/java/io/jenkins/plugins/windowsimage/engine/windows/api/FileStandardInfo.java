package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** FILE_STANDARD_INFO: sizes in bytes, links. Source: winbase.h. */
@NativeType("FILE_STANDARD_INFO")
@Structure.FieldOrder({"AllocationSize", "EndOfFile", "NumberOfLinks", "DeletePending", "Directory"})
public final class FileStandardInfo extends Structure {
    public long AllocationSize;
    public long EndOfFile;
    public int NumberOfLinks;
    public byte DeletePending;
    public byte Directory;
}
