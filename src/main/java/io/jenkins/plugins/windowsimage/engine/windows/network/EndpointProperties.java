package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/** What HNS says of an endpoint, as far as finding our own needs it. */
record EndpointProperties(@JsonProperty("ID") UUID id, @JsonProperty("Name") String name) {}
