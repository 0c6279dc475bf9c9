package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerSpec;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A container with hyper-v isolation as a version 1 document: the service makes the virtual machine itself. Source: hcsshim
 * (internal/hcs/schema1), as dockerd uses it.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record HypervDocument(
        @JsonProperty("SystemType") String systemType,
        @JsonProperty("Name") String name,
        @JsonProperty("Owner") String owner,
        @JsonProperty("IgnoreFlushesDuringBoot") boolean ignoreFlushesDuringBoot,
        @JsonProperty("LayerFolderPath") String layerFolderPath,
        @JsonProperty("Layers") List<Layer> layers,
        @JsonProperty("HostName") String hostName,
        @JsonProperty("HvPartition") boolean hvPartition,
        @JsonProperty("HvRuntime") HvRuntime hvRuntime,
        @JsonProperty("EndpointList") List<UUID> endpoints,
        @JsonProperty("AllowUnqualifiedDNSQuery") Boolean allowUnqualifiedDnsQuery,
        @JsonProperty("DNSSearchList") String dnsSearchList,
        @JsonProperty("ProcessorCount") int processorCount,
        @JsonProperty("MemoryMaximumInMB") long memoryMaximumInMB,
        @JsonProperty("MappedDirectories") List<ContainerDocument.MappedDirectory> mappedDirectories,
        @JsonProperty("TerminateOnLastHandleClosed") boolean terminateOnLastHandle) {

    /** What installers need; the service's own default, about 1 GB, is too small for many. */
    private static final long DEFAULT_MEMORY = 2L << 30;

    private static final int DEFAULT_PROCESSORS = 2;

    record Layer(@JsonProperty("ID") UUID id, @JsonProperty("Path") String path) {}

    /** Without the template machine, which would stay and hold the base layer. */
    record HvRuntime(@JsonProperty("ImagePath") String imagePath, @JsonProperty("SkipTemplate") boolean skipTemplate) {}

    /**
     * The document for a container.
     *
     * @param utilityVm the {@code UtilityVM} directory of the uppermost layer that has one
     */
    static HypervDocument of(ContainerSpec spec, UUID id, String owner, Path utilityVm) {
        boolean network = spec.network() != null;
        int cpus = spec.cpus() == 0 ? DEFAULT_PROCESSORS : (int) Math.ceil(spec.cpus());
        long memory = spec.memoryBytes() == 0 ? DEFAULT_MEMORY : spec.memoryBytes();
        return new HypervDocument(
                "Container",
                id.toString(),
                owner,
                true,
                spec.scratch().toString(),
                spec.parents().stream().map(HypervDocument::layer).toList(),
                HostName.of(id),
                true,
                new HvRuntime(utilityVm.toString(), true),
                network ? List.of(spec.network().endpoint()) : null,
                network ? true : null,
                network ? ContainerDocument.searchList(spec.network()) : null,
                Math.min(cpus, ContainerDocument.processors()),
                ContainerDocument.megabytes(memory),
                ContainerDocument.mappedDirectories(spec),
                true);
    }

    private static Layer layer(ReadOnlyLayer layer) {
        return new Layer(layer.id(), layer.directory().toString());
    }
}
