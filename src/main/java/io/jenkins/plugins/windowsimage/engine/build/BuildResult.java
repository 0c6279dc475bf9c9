package io.jenkins.plugins.windowsimage.engine.build;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.util.List;

/**
 * All that is known about a build at its end, whatever the end was. The JSON form is the result file; docs/result-format.md
 * describes every field. Fields are added, never renamed; {@link #FORMAT_VERSION} grows when one changes its meaning.
 *
 * @param result how it ended
 * @param digest of the image's manifest; null when there is no image
 * @param configDigest of the image's config ("image id"); null when there is no image
 * @param imageName the tags joined by commas, as buildx writes them; null when there is none
 * @param error null when the build succeeded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"formatVersion", "buildId", "result"})
public record BuildResult(
        String buildId,
        Outcome result,
        Digest digest,
        Digest configDigest,
        String mediaType,
        List<String> tags,
        List<Reference> pushed,
        String platform,
        String osVersion,
        List<BaseImage> baseImages,
        List<Layer> layers,
        List<Step> steps,
        Totals totals,
        List<Warning> warnings,
        Failure error,
        @JsonProperty("containerimage.digest") Digest buildxDigest,
        @JsonProperty("containerimage.config.digest") Digest buildxConfigDigest,
        @JsonProperty("image.name") String imageName) {

    public static final int FORMAT_VERSION = 1;

    public BuildResult {
        tags = List.copyOf(tags);
        pushed = List.copyOf(pushed);
        baseImages = List.copyOf(baseImages);
        layers = List.copyOf(layers);
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    @JsonProperty("formatVersion")
    public int formatVersion() {
        return FORMAT_VERSION;
    }

    /** How a build ended. */
    public enum Outcome {
        @JsonProperty("success")
        SUCCESS,
        @JsonProperty("failure")
        FAILURE,
        @JsonProperty("cancelled")
        CANCELLED
    }

    /**
     * A name in a registry.
     *
     * @param reference {@code host/repository:tag}
     */
    public record Reference(String reference, Digest digest) {}

    /**
     * An image that the build started from or copied from.
     *
     * @param reference as the Dockerfile names it
     * @param digest of its manifest for the platform
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BaseImage(String reference, Digest digest, String osVersion) {}

    /**
     * @param size compressed, in bytes
     * @param uncompressedSize in bytes; -1 when it is not known (layers of base images)
     * @param createdBy the instruction, from the image's history; null when the history does not say
     * @param cached whether this build took it from the cache
     * @param base whether it came with the base image
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Layer(
            Digest digest,
            Digest diffId,
            String mediaType,
            long size,
            long uncompressedSize,
            String createdBy,
            boolean cached,
            boolean base) {}

    /**
     * @param start RFC 3339 instant; null when it did not start
     * @param exitCode of the command of a RUN; null for other steps
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            String stage,
            int line,
            String text,
            String start,
            long durationMillis,
            boolean cached,
            Integer exitCode,
            Digest layer) {}

    /**
     * @param size of all layers, compressed, in bytes
     * @param uploadedBytes blob bytes that a registry took
     */
    public record Totals(
            int layers, long size, int steps, int cachedSteps, long durationMillis, long uploadedBytes) {}

    /**
     * @param rule short name such as {@code LegacyKeyValueFormat}
     * @param line of the Dockerfile; null when it concerns none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Warning(String rule, String message, Integer line) {}

    /**
     * @param kind {@link io.jenkins.plugins.windowsimage.engine.ErrorKind#id()}
     * @param line of the Dockerfile; null when it concerns none
     * @param hint what to do about it; null when the message says it
     * @param exitCode of the command that failed; null when none did
     * @param output the last lines the command printed; null when none did
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failure(
            String kind, String message, Integer line, String hint, Integer exitCode, List<String> output) {}
}
