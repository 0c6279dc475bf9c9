package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/** IO_STATUS_BLOCK: how an operation ended. Source: winternl.h. */
@NativeType("IO_STATUS_BLOCK")
@Structure.FieldOrder({"Status", "Information"})
public final class IoStatusBlock extends Structure {
    /** An NTSTATUS in the lower half. */
    public Pointer Status;

    public long Information;
}
