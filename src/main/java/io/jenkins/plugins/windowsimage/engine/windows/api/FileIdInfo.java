package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** FILE_ID_INFO: equal for the names of one file. Source: winbase.h. */
@NativeType("FILE_ID_INFO")
@Structure.FieldOrder({"VolumeSerialNumber", "FileId"})
public final class FileIdInfo extends Structure {
    public long VolumeSerialNumber;
    public byte[] FileId = new byte[16];
}
