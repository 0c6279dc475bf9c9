package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The layer half of vmcompute.dll: layers are real directories. */
public final class SimLayers {
    private final SimWindows windows;
    private final Map<Path, SimVolumes.Volume> bootVolumes = new HashMap<>();

    SimLayers(SimWindows windows) {
        this.windows = windows;
    }

    /** The id that this Windows gives to a layer directory of a name. */
    public static UUID idOf(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Says what a virtual machine that boots from a scratch directory sees as its drive C. */
    public void setBootVolume(Path scratch, SimVolumes.Volume volume) {
        synchronized (windows.lock) {
            bootVolumes.put(scratch, volume);
        }
    }

    /** The drive C of a virtual machine that boots from a scratch directory. */
    SimVolumes.Volume bootVolume(Path scratch) throws SimCompute.Failure {
        SimVolumes.Volume volume = bootVolumes.get(scratch);
        if (volume == null) {
            throw new SimCompute.Failure(0x80070003, "no scratch layer " + scratch);
        }
        return volume;
    }

    /** Layers that are mounted still. */
    List<String> problems() {
        return List.of();
    }
}
