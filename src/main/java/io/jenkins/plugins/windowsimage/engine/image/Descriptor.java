package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * Points at a blob or a manifest (OCI image specification, descriptor).
 *
 * @param mediaType what the content is
 * @param digest digest of the content
 * @param size length of the content in bytes
 * @param urls where a foreign layer can be fetched; null when there are none
 * @param annotations null when there are none
 * @param platform for the entries of an index; null elsewhere
 * @param artifactType for referrers; null elsewhere
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Descriptor(
        @JsonProperty("mediaType") String mediaType,
        @JsonProperty("digest") Digest digest,
        @JsonProperty("size") long size,
        @JsonProperty("urls") List<String> urls,
        @JsonProperty("annotations") Map<String, String> annotations,
        @JsonProperty("platform") Platform platform,
        @JsonProperty("artifactType") String artifactType) {

    public Descriptor {
        urls = urls == null ? null : List.copyOf(urls);
        annotations = annotations == null ? null : Map.copyOf(annotations);
    }

    /** A descriptor with nothing but what every descriptor has. */
    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, null, null, null, null);
    }

    /** The descriptor of these bytes. */
    public static Descriptor of(String mediaType, byte[] content) {
        return new Descriptor(mediaType, Digest.of(content), content.length);
    }

    /** This descriptor as the entry of an index. */
    public Descriptor withPlatform(Platform target) {
        return new Descriptor(mediaType, digest, size, urls, annotations, target, artifactType);
    }

    /** This descriptor under another media type, for Docker images that become OCI images and back. */
    public Descriptor withMediaType(String other) {
        return new Descriptor(other, digest, size, urls, annotations, platform, artifactType);
    }

    /** This descriptor with other annotations. */
    public Descriptor withAnnotations(Map<String, String> other) {
        return new Descriptor(mediaType, digest, size, urls, other, platform, artifactType);
    }
}
