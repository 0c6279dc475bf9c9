package io.jenkins.plugins.windowsimage.engine.windows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Isolation;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Limits;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Mount;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimRunHosts;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A {@link WindowsRunHost} on a simulated Windows, and the request that its next run sends. */
final class SimulatedHost {
    final SimWindows windows = new SimWindows();
    final OwnerTag owner;
    final DirectoryLayerStorage storage;
    final Path temporary;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final Cancellation cancellation = new Cancellation();
    private final Path root;
    private WindowsRunHost host;

    String osVersion = "10.0.20348.1";
    Isolation isolation = Isolation.AUTO;
    String workingDirectory = "C:\\";
    String user;
    String network = "none";
    Duration timeout;
    long memoryBytes;
    double cpus;
    Map<String, String> environment = Map.of();
    Map<String, String> hosts = Map.of();
    List<Mount> mounts = List.of();
    RunOutput output = (error, bytes, length) -> (error ? err : out).write(bytes, 0, length);

    SimulatedHost(Path root) throws IOException {
        this.root = root;
        owner = OwnerTag.ofThisProcess(root);
        storage = new DirectoryLayerStorage(windows, Files.createDirectories(root.resolve("layers")));
        temporary = Files.createDirectories(root.resolve("tmp"));
    }

    /** The host, made at its first use, when the simulated Windows is set up. */
    synchronized WindowsRunHost host() throws IOException {
        if (host == null) {
            host = SimRunHosts.on(windows, root, storage);
        }
        return host;
    }

    LayerBlob run(String commandLine) throws IOException {
        return host().run(request(commandLine), output, cancellation);
    }

    RunRequest request(String commandLine) {
        List<LayerBlob> layers = new ArrayList<>();
        for (String name : List.of("base", "second")) {
            layers.add(new LayerBlob(
                    Descriptor.of(MediaTypes.OCI_LAYER_GZIP, name.getBytes(UTF_8)), Digest.of(name), -1));
        }
        return new RunRequest(Platform.WINDOWS_AMD64.withOsVersion(osVersion), layers,
                commandLine, environment, workingDirectory, user, mounts, network, hosts,
                new Limits(isolation, memoryBytes, cpus, 0, timeout), Compression.GZIP, -1, null);
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }

    /** A file of the drive C of the last container. */
    String file(String relative) throws IOException {
        return Files.readString(storage.lastVolume().resolve(relative));
    }

    /** What is left anywhere. */
    List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>(windows.problems());
        if (!storage.isAllClosed()) {
            left.add("layer storage in use");
        }
        try (var files = Files.list(temporary)) {
            files.forEach(file -> left.add("temporary file " + file.getFileName()));
        }
        return left;
    }
}
