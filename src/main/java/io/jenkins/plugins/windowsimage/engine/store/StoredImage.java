package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image of the store: what is known by a name, or, without one, by the build that made it.
 *
 * @param name full form of the image reference; null for an image without a name
 * @param descriptor the manifest or index
 * @param created when it was built or pulled, RFC 3339
 * @param buildId the build that made it; null for a pulled image
 * @param origin repository that has the image, {@code host/path}, so that its layers need not be here; null for one that has to be
 *     here whole
 * @param pushed repositories that took the image from here, {@code host/path}, the last one first, at most {@value #MOST_PUSHED}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredImage(
        @JsonProperty("name") String name,
        @JsonProperty("descriptor") Descriptor descriptor,
        @JsonProperty("created") String created,
        @JsonProperty("buildId") String buildId,
        @JsonProperty("origin") String origin,
        @JsonProperty("pushed") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> pushed) {
    private static final int MOST_PUSHED = 8;

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
        if (origin != null) {
            ImageReference.parse(origin);
        }
        pushed = pushed == null ? List.of() : List.copyOf(pushed);
        pushed.forEach(ImageReference::parse);
    }

    /** An image that was built here. */
    public static StoredImage built(ImageReference name, Descriptor descriptor, Instant created, String buildId) {
        return new StoredImage(name.toString(), descriptor, created.toString(), buildId, null, List.of());
    }

    /** An image that was built here and has no name. */
    static StoredImage untagged(String buildId, Descriptor descriptor, Instant created) {
        return new StoredImage(null, descriptor, created.toString(), buildId, null, List.of());
    }

    /** An image whose manifests were fetched from the registry that its name says. */
    public static StoredImage pulled(ImageReference name, Descriptor descriptor, Instant created) {
        return new StoredImage(name.toString(), descriptor, created.toString(), null, name.name(), List.of());
    }

    /** The same image under another name. */
    public StoredImage named(ImageReference other) {
        return new StoredImage(other.toString(), descriptor, created, buildId, origin, pushed);
    }

    /** The same image, which these repositories have taken now. */
    StoredImage pushedTo(List<String> repositories) {
        List<String> all = Stream.concat(repositories.stream(), pushed.stream()).distinct().limit(MOST_PUSHED).toList();
        return new StoredImage(name, descriptor, created, buildId, origin, all);
    }

    /** The image with exactly this content in its origin; null where there is none. */
    @JsonIgnore
    public ImageReference originReference() {
        return origin == null ? null : ImageReference.parse(origin).withDigest(descriptor.digest());
    }

    /** The name, parsed; null for an image without one. */
    @JsonIgnore
    public ImageReference reference() {
        return name == null ? null : ImageReference.parse(name);
    }
}
