package io.jenkins.plugins.windowsimage.engine.windows;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A container to start.
 *
 * @param hyperv whether it gets a virtual machine of its own
 * @param parents the layers below the scratch, immediate parent first
 * @param scratch directory of the writable layer
 * @param volume of the mounted scratch, with a backslash at its end; null for hyper-v isolation, which mounts it itself
 * @param mounts host directories and files shown in the container; their sources are real paths, free of links
 * @param network null for none
 * @param memoryBytes 0 for the default
 * @param cpus number of processors, may be a fraction; 0 for all
 */
public record ContainerSpec(
        boolean hyperv,
        List<ReadOnlyLayer> parents,
        Path scratch,
        String volume,
        List<RunRequest.Mount> mounts,
        Attachment network,
        long memoryBytes,
        double cpus) {

    public ContainerSpec {
        parents = List.copyOf(parents);
        mounts = List.copyOf(mounts);
    }

    /**
     * How a container is on the network.
     *
     * @param namespace HCN namespace, for process isolation
     * @param endpoint HCN endpoint, for hyper-v isolation
     * @param searchDomains DNS suffixes of the host
     */
    public record Attachment(UUID namespace, UUID endpoint, List<String> searchDomains) {
        public Attachment {
            searchDomains = List.copyOf(searchDomains);
        }
    }
}
