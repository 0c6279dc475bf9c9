package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.Native;
import com.sun.jna.WString;
import com.sun.jna.ptr.LongByReference;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.DriverInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.Guid;
import io.jenkins.plugins.windowsimage.engine.windows.api.LayerDescriptor;
import io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The layer functions of vmcompute.dll with Java types. Failures are thrown as {@link WindowsException} that names the
 * step and the directory. Thread-safe.
 */
final class LayerDriver {
    /** What lets a path be longer than 260 characters. */
    static final String LONG_PATH = "\\\\?\\";

    /** Mounting several layers at once makes Windows time out (hcsshim, internal/wclayer/preparelayer.go). */
    private static final Object PREPARING = new Object();

    private final WindowsApi api;

    LayerDriver(WindowsApi api) {
        this.api = api;
    }

    private VmCompute vmCompute() {
        return api.vmCompute();
    }

    /** The id that Windows gives to a layer in a directory of this name. */
    UUID id(String directoryName) {
        Guid guid = new Guid();
        check(vmCompute().NameToGuid(directoryName, guid), ErrorKind.LAYER_CREATE, "naming a layer", "NameToGuid",
                directoryName);
        return guid.toUuid();
    }

    void createScratch(Path scratch, List<ReadOnlyLayer> parents) {
        check(vmCompute().CreateSandboxLayer(info(), scratch.toString(), null, descriptors(parents), parents.size()),
                ErrorKind.LAYER_CREATE, "making a scratch layer", "CreateSandboxLayer", scratch);
    }

    void expand(Path scratch, long bytes) {
        check(vmCompute().ExpandSandboxSize(info(), scratch.toString(), bytes),
                ErrorKind.LAYER_CREATE, "enlarging a scratch layer", "ExpandSandboxSize", scratch);
    }

    void activate(Path scratch) {
        check(vmCompute().ActivateLayer(info(), scratch.toString()),
                ErrorKind.LAYER_CREATE, "attaching a scratch layer", "ActivateLayer", scratch);
    }

    void deactivate(Path scratch) {
        check(vmCompute().DeactivateLayer(info(), scratch.toString()),
                ErrorKind.LAYER_CREATE, "detaching a scratch layer", "DeactivateLayer", scratch);
    }

    void prepare(Path scratch, List<ReadOnlyLayer> parents) {
        synchronized (PREPARING) {
            check(vmCompute().PrepareLayer(info(), scratch.toString(), descriptors(parents), parents.size()),
                    ErrorKind.LAYER_CREATE, "mounting a scratch layer", "PrepareLayer", scratch);
        }
    }

    void unprepare(Path scratch) {
        check(vmCompute().UnprepareLayer(info(), scratch.toString()),
                ErrorKind.LAYER_CREATE, "unmounting a scratch layer", "UnprepareLayer", scratch);
    }

    /** The volume of an activated scratch, with a backslash at its end. */
    String volume(Path scratch) {
        LongByReference length = new LongByReference();
        String call = "GetLayerMountPath";
        String step = "asking for the volume of a scratch layer";
        check(vmCompute().GetLayerMountPath(info(), scratch.toString(), length, null), ErrorKind.LAYER_CREATE, step,
                call, scratch);
        if (length.getValue() <= 0 || length.getValue() > 0x7FFF) {
            throw new WindowsException(ErrorKind.LAYER_CREATE, step, call,
                    WinError.hresult(WinError.ERROR_INVALID_DATA), "a path of " + length.getValue() + " characters");
        }
        char[] buffer = new char[(int) length.getValue()];
        check(vmCompute().GetLayerMountPath(info(), scratch.toString(), length, buffer), ErrorKind.LAYER_CREATE, step,
                call, scratch);
        String volume = Utf16.read(buffer);
        return volume.endsWith("\\") ? volume : volume + "\\";
    }

    void importLayer(Path layer, Path transport, List<ReadOnlyLayer> parents) {
        check(vmCompute().ImportLayer(info(), layer.toString(), transport.toString(), descriptors(parents),
                        parents.size()),
                ErrorKind.LAYER_CREATE, "importing a layer", "ImportLayer", layer);
    }

    void exportLayer(Path scratch, Path transport, List<ReadOnlyLayer> parents) {
        check(vmCompute().ExportLayer(info(), scratch.toString(), transport.toString(), descriptors(parents),
                        parents.size()),
                ErrorKind.LAYER_EXPORT_FAILED, "exporting what a container changed", "ExportLayer", scratch);
    }

    void processBase(Path layer) {
        check(vmCompute().ProcessBaseImage(layer.toString()),
                ErrorKind.LAYER_CREATE, "preparing a base layer", "ProcessBaseImage", layer);
    }

    void processUtilityVm(Path utilityVm) {
        check(vmCompute().ProcessUtilityImage(utilityVm.toString()),
                ErrorKind.LAYER_CREATE, "preparing the UtilityVM of a layer", "ProcessUtilityImage", utilityVm);
    }

    /** Deletes a directory with high privilege; it must not be the parent of anything that is mounted. */
    void destroy(Path layer) {
        check(vmCompute().DestroyLayer(info(), layer.toString()),
                ErrorKind.LAYER_CREATE, "removing a layer", "DestroyLayer", layer);
    }

    void rename(Path from, Path to) {
        if (!api.kernel32().MoveFileExW(LONG_PATH + from, LONG_PATH + to, 0)) {
            throw new WindowsException(ErrorKind.LAYER_CREATE, "removing a layer", "MoveFileExW",
                    WinError.hresult(Native.getLastError()), from.toString());
        }
    }

    private static DriverInfo info() {
        return new DriverInfo();
    }

    private static LayerDescriptor[] descriptors(List<ReadOnlyLayer> parents) {
        LayerDescriptor[] block = LayerDescriptor.block(parents.size());
        for (int i = 0; i < parents.size(); i++) {
            block[i].LayerId = new Guid(parents.get(i).id());
            block[i].Path = new WString(parents.get(i).directory().toString());
        }
        return block;
    }

    private static void check(int result, ErrorKind kind, String step, String call, Object subject) {
        if (result < 0) {
            throw new WindowsException(kind, step, call, result, subject.toString());
        }
    }
}
