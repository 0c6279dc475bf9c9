package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/**
 * HCS_PROCESS_INFORMATION: a process in a container and our ends of its standard pipes, null or INVALID_HANDLE_VALUE where there
 * is none. Source: computedefs.h.
 */
@NativeType("HCS_PROCESS_INFORMATION")
@Structure.FieldOrder({"ProcessId", "Reserved", "StdInput", "StdOutput", "StdError"})
public final class ProcessInformation extends Structure {
    public int ProcessId;
    public int Reserved;
    public Pointer StdInput;
    public Pointer StdOutput;
    public Pointer StdError;
}
