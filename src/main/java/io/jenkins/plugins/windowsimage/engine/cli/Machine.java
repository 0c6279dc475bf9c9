package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.machine.DeepProbe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.Probe;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What commands ask of the machine that they run on. Thread-safe. */
interface Machine {

    /** What carries out RUN. */
    RunHost runHost(Engine engine) throws IOException;

    /** Version of its Windows, such as {@code 10.0.20348.2227}; empty on another system. */
    Optional<String> windowsVersion();

    /**
     * Looks at what RUN needs.
     *
     * @param deep runs containers as well; null to leave that out
     */
    List<Probe> probes(Path storageRoot, DeepProbe deep);

    /** What removes layers that were unpacked for RUN; empty where there cannot be any. */
    Optional<LayerCollector> layerCollector(Path storageRoot) throws IOException;

    /** Ends what a command does when somebody asks for it. */
    Cancellation cancellation();
}
