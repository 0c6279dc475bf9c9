package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The manifest of one image (OCI image manifest, or Docker image manifest version 2 schema 2).
 *
 * @param schemaVersion always 2
 * @param mediaType {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}; null in some OCI manifests
 * @param artifactType null for images
 * @param config the image config
 * @param layers base layer first
 * @param subject what this manifest refers to; null for images
 * @param annotations null when there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
        @JsonProperty("schemaVersion") int schemaVersion,
        @JsonProperty("mediaType") String mediaType,
        @JsonProperty("artifactType") String artifactType,
        @JsonProperty("config") Descriptor config,
        @JsonProperty("layers") List<Descriptor> layers,
        @JsonProperty("subject") Descriptor subject,
        @JsonProperty("annotations") Map<String, String> annotations) {

    public Manifest {
        layers = layers == null ? List.of() : List.copyOf(layers);
        annotations = annotations == null ? null : Map.copyOf(annotations);
    }

    /** The manifest of an image with these layers. */
    public static Manifest of(String mediaType, Descriptor config, List<Descriptor> layers) {
        return new Manifest(2, mediaType, null, config, layers, null, null);
    }
}
