package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** FILE_ATTRIBUTE_TAG_INFO: attributes and, for a reparse point, its tag. Source: winbase.h. */
@NativeType("FILE_ATTRIBUTE_TAG_INFO")
@Structure.FieldOrder({"FileAttributes", "ReparseTag"})
public final class FileAttributeTagInfo extends Structure {
    public int FileAttributes;
    public int ReparseTag;
}
