package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/** What HNS says of a namespace: the id it really has. */
record NamespaceProperties(@JsonProperty("ID") UUID id) {}
