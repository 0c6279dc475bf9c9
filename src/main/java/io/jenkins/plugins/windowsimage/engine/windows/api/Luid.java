package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** LUID: a privilege on this machine until its next start. Source: winnt.h. */
@NativeType("LUID")
@Structure.FieldOrder({"LowPart", "HighPart"})
public final class Luid extends Structure {
    public int LowPart;
    public int HighPart;
}
