package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;
import com.sun.jna.WString;

/**
 * First parameter of the layer functions: which layer driver, and the folder that layer ids are relative to. The folder is the
 * empty string, so that an id is an absolute path; null would crash vmcompute.dll. Source: hcsshim, internal/wclayer.
 */
@NativeType("DriverInfo")
@Structure.FieldOrder({"Flavour", "HomeDir"})
public final class DriverInfo extends Structure {
    /** 1 is the filter driver, the only one in use. */
    public int Flavour = 1;

    public WString HomeDir = new WString("");
}
