package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Structure;
import com.sun.jna.WString;

/** WC_LAYER_DESCRIPTOR: one parent layer of a layer. Source: hcsshim, internal/wclayer. */
@NativeType("WC_LAYER_DESCRIPTOR")
@Structure.FieldOrder({"LayerId", "Flags", "Path"})
public final class LayerDescriptor extends Structure {
    /** {@link VmCompute#NameToGuid} of the last part of the path. */
    public Guid LayerId;

    public int Flags;

    /** Absolute path of the layer's directory. */
    public WString Path;

    /**
     * A block of descriptors to be filled in, in one piece of memory as the functions want it; the immediate parent comes first.
     *
     * @return null for no parents
     */
    public static LayerDescriptor[] block(int count) {
        return count == 0 ? null : (LayerDescriptor[]) new LayerDescriptor().toArray(count);
    }
}
