package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * What an instruction made when it was carried out.
 *
 * @param layer null for an instruction that made no layer
 * @param diffId digest of the uncompressed layer; null without a layer
 * @param uncompressedSize length of the uncompressed layer in bytes; 0 without a layer
 * @param created when it was carried out, RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CachedStep(
        @JsonProperty("layer") Descriptor layer,
        @JsonProperty("diffId") Digest diffId,
        @JsonProperty("uncompressedSize") long uncompressedSize,
        @JsonProperty("created") String created) {

    /** @throws IllegalArgumentException if the parts do not fit together */
    public CachedStep {
        if (created == null) {
            throw new IllegalArgumentException("a cached step needs its time");
        }
        try {
            Instant.parse(created);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + created + "\" is no time", e);
        }
        if ((layer == null) != (diffId == null)) {
            throw new IllegalArgumentException("a cached step has a layer and its diff id, or neither");
        }
        if (layer != null && (layer.digest() == null || layer.mediaType() == null || layer.size() < 0)) {
            throw new IllegalArgumentException("the layer of a cached step needs digest, media type and size");
        }
        if (uncompressedSize < 0 || (layer == null && uncompressedSize != 0)) {
            throw new IllegalArgumentException("a cached step cannot have " + uncompressedSize + " bytes");
        }
    }

    /** A step that made a layer. */
    public static CachedStep of(Descriptor layer, Digest diffId, long uncompressedSize, Instant created) {
        return new CachedStep(layer, diffId, uncompressedSize, created.toString());
    }

    /** A step that changed no file. */
    public static CachedStep withoutLayer(Instant created) {
        return new CachedStep(null, null, 0, created.toString());
    }
}
