package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.nio.charset.StandardCharsets;

/** UNICODE_STRING: a counted string; lengths are in bytes. Source: ntdef.h. */
@NativeType("UNICODE_STRING")
@Structure.FieldOrder({"Length", "MaximumLength", "Buffer"})
public final class UnicodeString extends Structure {
    public short Length;
    public short MaximumLength;
    public Pointer Buffer;

    public UnicodeString() {}

    /** A string that keeps its own characters; at most 32767 of them. */
    public UnicodeString(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_16LE);
        if (bytes.length > 0xFFFE) {
            throw new IllegalArgumentException("a name of " + value.length() + " characters");
        }
        Memory memory = new Memory(Math.max(2, bytes.length));
        memory.write(0, bytes, 0, bytes.length);
        Buffer = memory;
        Length = (short) bytes.length;
        MaximumLength = Length;
    }
}
