package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What HNS says of a network, as far as an endpoint needs it. */
record NetworkProperties(
        @JsonProperty("ID") UUID id,
        @JsonProperty("Name") String name,
        @JsonProperty("Type") String type,
        @JsonProperty("Ipams") List<Ipam> ipams) {

    record Ipam(@JsonProperty("Subnets") List<Subnet> subnets) {}

    record Subnet(
            @JsonProperty("IpAddressPrefix") String prefix, @JsonProperty("Routes") List<EndpointSettings.Route> routes) {}

    boolean isNat() {
        return "NAT".equalsIgnoreCase(type);
    }

    /** Where a container sends what is not for its own network; empty when the network does not say. */
    Optional<String> gateway() {
        if (ipams == null) {
            return Optional.empty();
        }
        return ipams.stream()
                .filter(ipam -> ipam.subnets != null)
                .flatMap(ipam -> ipam.subnets.stream())
                .filter(subnet -> subnet.routes != null)
                .flatMap(subnet -> subnet.routes.stream())
                .map(EndpointSettings.Route::nextHop)
                .filter(hop -> hop != null && !hop.isBlank() && !hop.equals("0.0.0.0"))
                .findFirst();
    }
}
