package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/** OBJECT_ATTRIBUTES: a name relative to a directory handle. Source: ntdef.h. */
@NativeType("OBJECT_ATTRIBUTES")
@Structure.FieldOrder({
    "Length", "RootDirectory", "ObjectName", "Attributes", "SecurityDescriptor", "SecurityQualityOfService"
})
public final class ObjectAttributes extends Structure {
    public int Length;
    public Pointer RootDirectory;

    /** A {@link UnicodeString}. */
    public Pointer ObjectName;

    public int Attributes;
    public Pointer SecurityDescriptor;
    public Pointer SecurityQualityOfService;

    /** Keeps the memory that {@link #ObjectName} points at. */
    private final UnicodeString name;

    /**
     * @param root handle of the directory, or null when the name is a full NT path
     * @param attributes OBJ flags
     */
    public ObjectAttributes(Pointer root, String name, int attributes) {
        this.name = new UnicodeString(name);
        this.name.write();
        Length = size();
        RootDirectory = root;
        ObjectName = this.name.getPointer();
        Attributes = attributes;
    }

    /** The name, for whoever stands in for Windows. */
    public String name() {
        int length = name.Length & 0xFFFF;
        return new String(name.Buffer.getByteArray(0, length), java.nio.charset.StandardCharsets.UTF_16LE);
    }
}
