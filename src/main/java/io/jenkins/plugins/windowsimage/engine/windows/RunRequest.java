package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One command to run.
 *
 * @param platform of the image, with its Windows version where known
 * @param layers what the container sees, base layer first
 * @param commandLine handed to Windows as it stands
 * @param environment variables of the process, besides those of the image's registry
 * @param workingDirectory absolute Windows path; created if it is missing
 * @param user account; null for the image's default
 * @param mounts host directories and files that the command sees but the layer does not
 * @param network {@code nat}, {@code none} or the name of a host network
 * @param hosts further host names of the container: name to IP address
 * @param limits what the container may use
 * @param compression of the layer that is captured
 * @param compressionLevel -1 for the default of the compression
 * @param timestamp seconds since 1970 that every time in the layer is set to; null to keep the real ones
 */
public record RunRequest(
        Platform platform,
        List<LayerBlob> layers,
        String commandLine,
        Map<String, String> environment,
        String workingDirectory,
        String user,
        List<Mount> mounts,
        String network,
        Map<String, String> hosts,
        Limits limits,
        Compression compression,
        int compressionLevel,
        Long timestamp) {

    public RunRequest {
        layers = List.copyOf(layers);
        environment = Map.copyOf(environment);
        mounts = List.copyOf(mounts);
        hosts = Map.copyOf(hosts);
    }

    /**
     * A host directory or file shown to the command.
     *
     * @param source on the host
     * @param target absolute Windows path in the container
     */
    public record Mount(Path source, String target, boolean readOnly) {}

    /** How a container is kept apart from the host. */
    public enum Isolation {
        /** Process isolation where the Windows versions allow it, else Hyper-V. */
        AUTO,
        PROCESS,
        HYPERV
    }

    /**
     * @param memoryBytes 0 for the host's default
     * @param cpus number of processors, may be a fraction; 0 for all
     * @param scratchBytes size of the writable layer; 0 for the default
     * @param timeout after which the command is killed; null for none
     */
    public record Limits(Isolation isolation, long memoryBytes, double cpus, long scratchBytes, Duration timeout) {}
}
