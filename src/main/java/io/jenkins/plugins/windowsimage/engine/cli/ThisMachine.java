package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.machine.DeepProbe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.Probe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.RunHosts;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;

/** The machine of this process, whose signals cancel. */
final class ThisMachine implements Machine {
    @Override
    public RunHost runHost(Engine engine) throws IOException {
        return RunHosts.forThisMachine(
                engine.root().path(), engine.store(), List.of(), ForkJoinPool.commonPool(), System.err::println);
    }

    @Override
    public Optional<String> windowsVersion() {
        return RunHosts.windowsVersion();
    }

    @Override
    public List<Probe> probes(Path storageRoot, DeepProbe deep) {
        return RunHosts.probes(storageRoot, deep);
    }

    @Override
    public Optional<LayerCollector> layerCollector(Path storageRoot) throws IOException {
        return RunHosts.layerCollector(storageRoot);
    }

    @Override
    public Cancellation cancellation() {
        return Signals.cancellation();
    }
}
