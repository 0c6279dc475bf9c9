package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/**
 * OVERLAPPED: an operation that goes on by itself and signals an event at its end. Windows writes into it meanwhile, so it is
 * written once and passed by its address; JNA never copies it. Source: minwinbase.h.
 */
@NativeType("OVERLAPPED")
@Structure.FieldOrder({"Internal", "InternalHigh", "Offset", "OffsetHigh", "hEvent"})
public final class Overlapped extends Structure {
    public static final int STATUS_PENDING = 0x103;

    public Pointer Internal;
    public Pointer InternalHigh;
    public int Offset;
    public int OffsetHigh;
    public Pointer hEvent;

    public Overlapped() {
        setAutoSynch(false);
    }

    /** Whether the operation goes on (macro HasOverlappedIoCompleted, the other way round). */
    public boolean isPending() {
        return getPointer().getLong(0) == STATUS_PENDING;
    }
}
