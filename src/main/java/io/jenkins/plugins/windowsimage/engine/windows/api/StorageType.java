package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;

/** VIRTUAL_STORAGE_TYPE; all zeros lets Windows find the format out. Source: virtdisk.h. */
@NativeType("VIRTUAL_STORAGE_TYPE")
@Structure.FieldOrder({"DeviceId", "VendorId"})
public final class StorageType extends Structure {
    public int DeviceId;
    public Guid VendorId;
}
