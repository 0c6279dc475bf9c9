package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/** A namespace to be made for a container with process isolation; the type is then Host. */
record NamespaceSettings(@JsonProperty("Type") String type, @JsonProperty("SchemaVersion") SchemaVersion schemaVersion) {
    static final NamespaceSettings HOST = new NamespaceSettings("Host", SchemaVersion.V2);

    /** A request that puts an endpoint into a namespace or takes it out. */
    record Change(
            @JsonProperty("ResourceType") String resourceType,
            @JsonProperty("RequestType") String requestType,
            @JsonProperty("Settings") Endpoint settings) {

        static Change add(UUID endpoint) {
            return new Change("Endpoint", "Add", new Endpoint(endpoint));
        }

        static Change remove(UUID endpoint) {
            return new Change("Endpoint", "Remove", new Endpoint(endpoint));
        }
    }

    record Endpoint(@JsonProperty("EndpointId") UUID endpointId) {}
}
