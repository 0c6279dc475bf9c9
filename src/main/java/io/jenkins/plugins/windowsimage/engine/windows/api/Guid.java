package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;
import java.nio.ByteBuffer;
import java.util.UUID;

/** GUID. Source: guiddef.h. */
@NativeType("GUID")
@Structure.FieldOrder({"Data1", "Data2", "Data3", "Data4"})
public class Guid extends Structure {
    public int Data1;
    public short Data2;
    public short Data3;
    public byte[] Data4 = new byte[8];

    /** The GUID of zeros, which lets Windows choose one. */
    public Guid() {}

    public Guid(UUID value) {
        Data1 = (int) (value.getMostSignificantBits() >>> 32);
        Data2 = (short) (value.getMostSignificantBits() >>> 16);
        Data3 = (short) value.getMostSignificantBits();
        ByteBuffer.wrap(Data4).putLong(value.getLeastSignificantBits());
    }

    /** The value; its text is the bare lower-case form that the JSON documents use. */
    public UUID toUuid() {
        long high = (long) Data1 << 32 | (Data2 & 0xFFFFL) << 16 | Data3 & 0xFFFFL;
        return new UUID(high, ByteBuffer.wrap(Data4).getLong());
    }
}
