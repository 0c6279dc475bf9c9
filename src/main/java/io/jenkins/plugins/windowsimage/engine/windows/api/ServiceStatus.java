package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** SERVICE_STATUS. Source: winsvc.h. */
@NativeType("SERVICE_STATUS")
@Structure.FieldOrder({
    "dwServiceType",
    "dwCurrentState",
    "dwControlsAccepted",
    "dwWin32ExitCode",
    "dwServiceSpecificExitCode",
    "dwCheckPoint",
    "dwWaitHint"
})
public final class ServiceStatus extends Structure {
    public int dwServiceType;
    public int dwCurrentState;
    public int dwControlsAccepted;
    public int dwWin32ExitCode;
    public int dwServiceSpecificExitCode;
    public int dwCheckPoint;
    public int dwWaitHint;
}
