package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Version of the documents of the Host Compute Network. */
record SchemaVersion(@JsonProperty("Major") int major, @JsonProperty("Minor") int minor) {
    static final SchemaVersion V2 = new SchemaVersion(2, 0);
}
