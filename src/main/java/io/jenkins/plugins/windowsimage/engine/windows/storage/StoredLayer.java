package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.Digest;

/**
 * The record of a layer that is completely unpacked; it is written last, and removed first.
 *
 * @param name of the layer's directory: the hex of its chain id, that is the digest of the diff ids of it and of all
 *     layers below (OCI image specification, layer chain id)
 * @param parent name of the layer below; null for a base layer
 * @param diffId digest of its tar
 * @param bytes length of its tar, about what it takes on disk
 */
record StoredLayer(
        @JsonProperty("name") String name,
        @JsonProperty("parent") String parent,
        @JsonProperty("diffId") Digest diffId,
        @JsonProperty("bytes") long bytes) {

    StoredLayer {
        if (name == null || diffId == null) {
            throw new IllegalArgumentException("a layer record needs a name and a diff id");
        }
    }
}
