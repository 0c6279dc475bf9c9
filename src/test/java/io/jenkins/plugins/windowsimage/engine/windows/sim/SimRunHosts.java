package io.jenkins.plugins.windowsimage.engine.windows.sim;

import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.OwnerTag;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsRunHost;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.compute.HcsContainerHost;
import io.jenkins.plugins.windowsimage.engine.windows.compute.Timeouts;
import io.jenkins.plugins.windowsimage.engine.windows.network.HcnContainerNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The run host of production on a simulated Windows, which waits more shortly. */
public final class SimRunHosts {
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300),
            Duration.ofMillis(300), Duration.ofMillis(15), Duration.ofMillis(10));

    private SimRunHosts() {}

    /**
     * @param storageRoot what the owner's tag is made from; small files go below it
     */
    public static WindowsRunHost on(SimWindows windows, Path storageRoot, LayerStorage storage) throws IOException {
        OwnerTag owner = OwnerTag.ofThisProcess(storageRoot);
        return new WindowsRunHost(
                storage,
                new HcsContainerHost(windows, owner, TIMEOUTS),
                new HcnContainerNetwork(windows, owner, List.of()),
                WindowsVersion.ofHost(windows),
                Files.createDirectories(storageRoot.resolve("tmp")),
                owner,
                new Retry(3, 1));
    }
}
