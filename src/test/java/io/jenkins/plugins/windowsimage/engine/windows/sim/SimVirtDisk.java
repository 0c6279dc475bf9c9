package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.StorageType;
import io.jenkins.plugins.windowsimage.engine.windows.api.VirtDisk;

/** virtdisk.dll: the disks of scratches, see {@link SimLayers}. */
record SimVirtDisk(SimWindows windows) implements VirtDisk {

    @Override
    public int OpenVirtualDisk(
            StorageType type, String path, int access, int flags, Pointer parameters, PointerByReference handle) {
        return windows.layers().openDisk(path, handle);
    }

    @Override
    public int DetachVirtualDisk(Pointer disk, int flags, int providerFlags) {
        return windows.layers().detachDisk(disk);
    }
}
