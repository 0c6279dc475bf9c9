package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.UUID;

/** An endpoint to be made; HNS gives it an address of the network. Source: Microsoft's HCN schema reference. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EndpointSettings(
        @JsonProperty("Name") String name,
        @JsonProperty("HostComputeNetwork") UUID network,
        @JsonProperty("Dns") Dns dns,
        @JsonProperty("Routes") List<Route> routes,
        @JsonProperty("SchemaVersion") SchemaVersion schemaVersion) {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Dns(
            @JsonProperty("Domain") String domain,
            @JsonProperty("Search") List<String> search,
            @JsonProperty("ServerList") List<String> servers) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Route(@JsonProperty("NextHop") String nextHop, @JsonProperty("DestinationPrefix") String destination) {
        static Route defaultRoute(String gateway) {
            return new Route(gateway, "0.0.0.0/0");
        }
    }
}
