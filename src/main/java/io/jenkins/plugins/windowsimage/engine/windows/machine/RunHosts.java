package io.jenkins.plugins.windowsimage.engine.windows.machine;

import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.UnavailableRunHost;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/** The run host of the machine that this process runs on, and what can be said about it. */
public final class RunHosts {
    private static final String NAME = System.getProperty("os.name");
    private static final String NEEDS_WINDOWS = "RUN needs Windows Server 2019 or newer";
    private static final String REMEDY = "Build on a Windows machine; a Dockerfile without RUN can be built anywhere.";

    private RunHosts() {}

    /**
     * What carries out RUN here. On another system than Windows, and on a Windows that lacks something, it refuses every command
     * with the reason.
     *
     * @param storageRoot directory on an NTFS volume, for unpacked layers and scratches; shared by all builds
     * @param store where layers come from and go to
     * @param dnsServers what containers ask for names; empty for the host's own servers
     * @param workers for unpacking and packing layers
     * @param warnings takes what a person should know though it ends nothing, a sentence each
     */
    public static RunHost forThisMachine(
            Path storageRoot,
            ContentStore store,
            List<String> dnsServers,
            ExecutorService workers,
            Consumer<String> warnings)
            throws IOException {
        return isWindows()
                ? WindowsMachine.runHost(storageRoot, store, dnsServers, workers, warnings)
                : new UnavailableRunHost(NEEDS_WINDOWS + "; this is " + NAME, REMEDY);
    }

    /**
     * Looks at what RUN needs of this machine.
     *
     * @param deep runs containers as well; null to leave that out
     */
    public static List<Probe> probes(Path storageRoot, DeepProbe deep) {
        return isWindows()
                ? WindowsMachine.probes(storageRoot, deep)
                : List.of(Probe.fail("operating system", NAME + "; " + NEEDS_WINDOWS, REMEDY));
    }

    /** What removes the layers that RUN left unpacked under a storage root; empty where there cannot be any. */
    public static Optional<LayerCollector> layerCollector(Path storageRoot) throws IOException {
        return isWindows() ? Optional.of(WindowsMachine.layerCollector(storageRoot)) : Optional.empty();
    }

    /** Version of this Windows, such as {@code 10.0.20348.2227}; empty on another system. */
    public static Optional<String> windowsVersion() {
        return isWindows() ? WindowsMachine.version() : Optional.empty();
    }

    private static boolean isWindows() {
        return NAME.toLowerCase(Locale.ROOT).startsWith("windows");
    }
}
