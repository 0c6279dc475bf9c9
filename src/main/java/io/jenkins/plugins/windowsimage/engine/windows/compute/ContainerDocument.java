package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerSpec;
import java.util.List;
import java.util.UUID;

/**
 * A container with process isolation as a schema 2.1 document, with nothing in it that is not wanted: older builds refuse fields
 * they do not know. Source: Microsoft's HCS schema reference.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ContainerDocument(
        @JsonProperty("Owner") String owner,
        @JsonProperty("SchemaVersion") SchemaVersion schemaVersion,
        @JsonProperty("ShouldTerminateOnLastHandleClosed") boolean terminateOnLastHandle,
        @JsonProperty("Container") Body container) {

    record SchemaVersion(@JsonProperty("Major") int major, @JsonProperty("Minor") int minor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Body(
            @JsonProperty("GuestOs") GuestOs guestOs,
            @JsonProperty("Storage") Storage storage,
            @JsonProperty("MappedDirectories") List<MappedDirectory> mappedDirectories,
            @JsonProperty("Networking") Networking networking,
            @JsonProperty("Processor") Processor processor,
            @JsonProperty("Memory") Memory memory) {}

    record GuestOs(@JsonProperty("HostName") String hostName) {}

    record Storage(@JsonProperty("Layers") List<Layer> layers, @JsonProperty("Path") String path) {}

    record Layer(@JsonProperty("Id") UUID id, @JsonProperty("Path") String path) {}

    record MappedDirectory(
            @JsonProperty("HostPath") String hostPath,
            @JsonProperty("ContainerPath") String containerPath,
            @JsonProperty("ReadOnly") boolean readOnly) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Networking(
            @JsonProperty("Namespace") UUID namespace,
            @JsonProperty("AllowUnqualifiedDnsQuery") boolean allowUnqualifiedDnsQuery,
            @JsonProperty("DnsSearchList") String dnsSearchList) {}

    /** Exactly one of the two is set. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Processor(@JsonProperty("Count") Integer count, @JsonProperty("Maximum") Integer maximum) {}

    record Memory(@JsonProperty("SizeInMB") long sizeInMB) {}

    /** The document for a container. */
    static ContainerDocument of(ContainerSpec spec, UUID id, String owner) {
        Body body = new Body(
                new GuestOs(HostName.of(id)),
                new Storage(
                        spec.parents().stream()
                                .map(layer -> new Layer(layer.id(), layer.directory().toString()))
                                .toList(),
                        spec.volume()),
                mappedDirectories(spec),
                networking(spec.network()),
                processor(spec.cpus()),
                spec.memoryBytes() == 0 ? null : new Memory(megabytes(spec.memoryBytes())));
        return new ContainerDocument(owner, new SchemaVersion(2, 1), true, body);
    }

    /** Null for none. */
    static List<MappedDirectory> mappedDirectories(ContainerSpec spec) {
        if (spec.mounts().isEmpty()) {
            return null;
        }
        return spec.mounts().stream()
                .map(mount -> new MappedDirectory(mount.source().toString(), mount.target(), mount.readOnly()))
                .toList();
    }

    private static Networking networking(ContainerSpec.Attachment network) {
        if (network == null) {
            return null;
        }
        return new Networking(network.namespace(), true, searchList(network));
    }

    /** Comma-separated; null for none. */
    static String searchList(ContainerSpec.Attachment network) {
        return network.searchDomains().isEmpty() ? null : String.join(",", network.searchDomains());
    }

    private static Processor processor(double cpus) {
        if (cpus == 0) {
            return null;
        }
        if (cpus == Math.rint(cpus)) {
            return new Processor(Math.min((int) cpus, processors()), null);
        }
        return new Processor(null, maximum(cpus));
    }

    /** A part of the host's processors in units of 1/10000. */
    private static int maximum(double cpus) {
        return (int) Math.max(1, Math.min(10_000, Math.round(cpus * 10_000 / processors())));
    }

    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    static long megabytes(long bytes) {
        return Math.max(1, bytes >> 20);
    }
}
