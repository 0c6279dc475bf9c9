package io.jenkins.plugins.windowsimage.engine.windows.machine;

import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.OwnerTag;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.UnavailableRunHost;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsRunHost;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.api.SystemLibraries;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import io.jenkins.plugins.windowsimage.engine.windows.compute.HcsContainerHost;
import io.jenkins.plugins.windowsimage.engine.windows.compute.Timeouts;
import io.jenkins.plugins.windowsimage.engine.windows.network.HcnContainerNetwork;
import io.jenkins.plugins.windowsimage.engine.windows.storage.HcsLayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/** Puts the parts together that carry out RUN on Windows. */
final class WindowsMachine {
    /** Three attempts, half a second and a second apart. */
    private static final Retry START = new Retry(3, 500);

    private static final String JAVA = "this Java has 32 bits";
    private static final String USE_JAVA = "Use a 64-bit Java.";

    private WindowsMachine() {}

    static RunHost runHost(
            Path storageRoot,
            ContentStore store,
            List<String> dnsServers,
            ExecutorService workers,
            Consumer<String> warnings)
            throws IOException {
        if (!SystemLibraries.areUsable()) {
            return new UnavailableRunHost(JAVA, USE_JAVA);
        }
        SystemLibraries api = new SystemLibraries();
        return runHost(api, storageRoot, dnsServers, () -> new HcsLayerStorage(api, storageRoot, store, workers, warnings));
    }

    /** What removes unpacked layers of this machine. */
    static LayerCollector layerCollector(Path storageRoot) throws IOException {
        return new LayerCollector(new SystemLibraries(), storageRoot);
    }

    /** Makes the layer storage once it is known that the machine has what it needs. */
    @FunctionalInterface
    interface LayerStorageSupplier {
        LayerStorage get() throws IOException;
    }

    static RunHost runHost(
            WindowsApi api, Path storageRoot, List<String> dnsServers, LayerStorageSupplier layers) throws IOException {
        Optional<Probe> missing = new MachineProbes(api, storageRoot).missing();
        if (missing.isPresent()) {
            return new UnavailableRunHost(missing.get().name() + ": " + missing.get().reason(), missing.get().remedy());
        }
        OwnerTag owner = OwnerTag.ofThisProcess(storageRoot);
        Path temporary = Files.createDirectories(storageRoot.resolve("tmp"));
        LayerStorage storage = layers.get();
        return new WindowsRunHost(
                storage,
                new HcsContainerHost(api, owner, Timeouts.DEFAULT),
                new HcnContainerNetwork(api, owner, dnsServers),
                WindowsVersion.ofHost(api),
                temporary,
                owner,
                START);
    }

    static Optional<String> version() {
        return SystemLibraries.areUsable()
                ? Optional.of(WindowsVersion.ofHost(new SystemLibraries()).toString())
                : Optional.empty();
    }

    static List<Probe> probes(Path storageRoot, DeepProbe deep) {
        return SystemLibraries.areUsable()
                ? probes(new SystemLibraries(), storageRoot, deep)
                : List.of(Probe.fail("Java", JAVA, USE_JAVA));
    }

    static List<Probe> probes(WindowsApi api, Path storageRoot, DeepProbe deep) {
        MachineProbes machine = new MachineProbes(api, storageRoot);
        List<Probe> probes = new ArrayList<>(machine.all());
        if (deep != null) {
            probes.addAll(machine.deep(deep));
        }
        return probes;
    }
}
