package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * An image of the store: what is known by a name, or, without one, by the build that made it.
 *
 * @param name full form of the image reference; null for an image without a name
 * @param descriptor the manifest or index
 * @param created when it was built or pulled, RFC 3339
 * @param buildId the build that made it; null for a pulled image
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredImage(
        @JsonProperty("name") String name,
        @JsonProperty("descriptor") Descriptor descriptor,
        @JsonProperty("created") String created,
        @JsonProperty("buildId") String buildId) {

    public StoredImage {
        if (descriptor == null || descriptor.digest() == null || descriptor.mediaType() == null || created == null) {
            throw new IllegalArgumentException("an image record needs a descriptor and a time");
        }
        try {
            Instant.parse(created);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + created + "\" is no time", e);
        }
        if (name == null && (buildId == null || !BuildId.isValid(buildId))) {
            throw new IllegalArgumentException("an image record needs a name or a build id");
        }
        if (name != null) {
            ImageReference.parse(name);
        }
    }

    /** The name, parsed; null for an image without one. */
    @JsonIgnore
    public ImageReference reference() {
        return name == null ? null : ImageReference.parse(name);
    }
}
