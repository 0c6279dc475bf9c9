package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** A NAT network to be made. Source: Microsoft's HCN schema reference. */
record NetworkSettings(
        @JsonProperty("Name") String name,
        @JsonProperty("Type") String type,
        @JsonProperty("Ipams") List<Ipam> ipams,
        @JsonProperty("Flags") int flags,
        @JsonProperty("SchemaVersion") SchemaVersion schemaVersion) {

    record Ipam(@JsonProperty("Type") String type, @JsonProperty("Subnets") List<Subnet> subnets) {}

    record Subnet(
            @JsonProperty("IpAddressPrefix") String prefix, @JsonProperty("Routes") List<EndpointSettings.Route> routes) {}

    static NetworkSettings nat(String name, Ipv4Prefix prefix) {
        EndpointSettings.Route route = EndpointSettings.Route.defaultRoute(prefix.firstHost());
        return new NetworkSettings(name, "NAT",
                List.of(new Ipam("Static", List.of(new Subnet(prefix.toString(), List.of(route))))), 0, SchemaVersion.V2);
    }
}
