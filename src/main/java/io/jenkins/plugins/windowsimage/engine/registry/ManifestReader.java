package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;

/**
 * Checks manifests and indexes that come from outside: that the bytes are what they are said to be, and that every
 * descriptor in them can be worked with.
 */
final class ManifestReader {
    /** Registries must take manifests of this size and need not take larger ones (distribution specification 1.1). */
    static final int MAXIMUM_SIZE = 4 << 20;

    private static final int MAXIMUM_DESCRIPTORS = 10_000;

    /** What tells one kind of manifest from another. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Shape(
            @JsonProperty("schemaVersion") int schemaVersion,
            @JsonProperty("mediaType") String mediaType,
            @JsonProperty("config") JsonNode config,
            @JsonProperty("layers") JsonNode layers,
            @JsonProperty("manifests") JsonNode manifests) {}

    private ManifestReader() {}

    /**
     * A manifest or index as these bytes.
     *
     * @param stated media type under which the bytes came; empty when unknown
     * @throws IllegalArgumentException saying what is wrong, to follow a colon
     */
    static RawManifest read(String stated, byte[] bytes) {
        if (stated.equals("text/html")) {
            throw new IllegalArgumentException("a web page came instead of a manifest; is there a proxy between?");
        }
        Shape shape = ImageJson.read(bytes, Shape.class, "manifest");
        if (shape.schemaVersion() == 1) {
            throw new IllegalArgumentException("it has the old format \"schema 1\", which registries gave up");
        }
        boolean index = shape.manifests() != null;
        if (index && (shape.config() != null || shape.layers() != null)) {
            throw new IllegalArgumentException("it is both an index and an image");
        }
        RawManifest raw = new RawManifest(mediaType(stated, shape, index), bytes);
        if (raw.isIndex() != index) {
            throw new IllegalArgumentException("its content is not what its media type " + raw.mediaType() + " says");
        }
        check(raw);
        return raw;
    }

    private static String mediaType(String stated, Shape shape, boolean index) {
        String own = shape.mediaType();
        if (own != null && (MediaTypes.isIndex(own) || MediaTypes.isManifest(own))) {
            return own;
        }
        if (own != null && !own.isEmpty()) {
            throw new IllegalArgumentException(
                    "its media type " + HttpFailures.clean(own) + " is not that of an image");
        }
        if (MediaTypes.isIndex(stated) || MediaTypes.isManifest(stated)) {
            return stated;
        }
        return index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    }

    private static void check(RawManifest raw) {
        int descriptors = raw.isIndex() ? raw.index().manifests().size() : raw.manifest().layers().size();
        if (descriptors > MAXIMUM_DESCRIPTORS) {
            throw new IllegalArgumentException("it has more than " + MAXIMUM_DESCRIPTORS + " entries");
        }
    }
}
