package io.jenkins.plugins.windowsimage.engine.windows.machine;

import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.nio.file.Path;
import java.util.List;

/** The probes of another Windows than this machine's. */
public final class SimulatedProbes {
    private SimulatedProbes() {}

    public static List<Probe> of(WindowsApi api, Path storageRoot, DeepProbe deep) {
        return WindowsMachine.probes(api, storageRoot, deep);
    }
}
