package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.StorageType;
import io.jenkins.plugins.windowsimage.engine.windows.api.VirtDisk;

/** virtdisk.dll as far as it is simulated. */
record SimVirtDisk(SimWindows windows) implements VirtDisk {

    @Override
    public int OpenVirtualDisk(
            StorageType type, String path, int access, int flags, Pointer parameters, PointerByReference handle) {
        throw new UnsupportedOperationException("OpenVirtualDisk");
    }

    @Override
    public int DetachVirtualDisk(Pointer disk, int flags, int providerFlags) {
        throw new UnsupportedOperationException("DetachVirtualDisk");
    }
}
