package io.jenkins.plugins.windowsimage.engine.layer;

/** Attribute bits of a Windows file (MS-FSCC 2.6), as the {@code MSWINDOWS.fileattr} record and transport files hold them. */
public final class FileAttributes {
    public static final int READ_ONLY = 0x1;
    public static final int HIDDEN = 0x2;
    public static final int SYSTEM = 0x4;
    public static final int DIRECTORY = 0x10;
    public static final int ARCHIVE = 0x20;
    public static final int SPARSE_FILE = 0x200;
    public static final int REPARSE_POINT = 0x400;

    private FileAttributes() {}
}
