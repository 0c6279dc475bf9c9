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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the parts together that carry out RUN on Windows. */
final class WindowsMachine {
    /** Three attempts, half a second and a second apart. */
    private static final Retry START = new Retry(3, 500);

    private WindowsMachine() {}

    static RunHost runHost(
            Path storageRoot, ContentStore store, List<String> dnsServers, LayerStorageFactory layers)
            throws IOException {
        WindowsApi api;
        try {
            api = new SystemLibraries();
        } catch (IllegalStateException e) {
            return new UnavailableRunHost(e.getMessage(), "Use a 64-bit Java.");
        }
        return runHost(api, storageRoot, store, dnsServers, layers);
    }

    static RunHost runHost(
            WindowsApi api, Path storageRoot, ContentStore store, List<String> dnsServers, LayerStorageFactory layers)
            throws IOException {
        Optional<Probe> missing = new MachineProbes(api, storageRoot).missing();
        if (missing.isPresent()) {
            return new UnavailableRunHost(missing.get().name() + ": " + missing.get().reason(), missing.get().remedy());
        }
        OwnerTag owner = OwnerTag.ofThisProcess(storageRoot);
        Path temporary = Files.createDirectories(storageRoot.resolve("tmp"));
        LayerStorage storage = layers.create(api, storageRoot, store);
        return new WindowsRunHost(
                storage,
                new HcsContainerHost(api, owner, Timeouts.DEFAULT),
                new HcnContainerNetwork(api, owner, dnsServers),
                WindowsVersion.ofHost(api),
                temporary,
                owner,
                START);
    }

    static List<Probe> probes(Path storageRoot, DeepProbe deep) {
        return probes(new SystemLibraries(), storageRoot, deep);
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
