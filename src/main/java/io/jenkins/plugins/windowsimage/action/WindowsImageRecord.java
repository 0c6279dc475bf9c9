package io.jenkins.plugins.windowsimage.action;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What Jenkins remembers of one image build, push, tag or index, whatever its end was. Immutable and harmless: every value has
 * been checked or cleaned, because most of them come from an agent (docs/result-format.md, which describes the fields of
 * the same names). Text is still text: escape it where it is shown. JSON is the stored form; fields are added, never renamed.
 *
 * @param buildId 12 lower-case hexadecimal digits, different for every build
 * @param kind what was done
 * @param result how it ended
 * @param startMillis when it began, in milliseconds since 1970 by the controller's clock
 * @param stage of the pipeline; null outside of one
 * @param agent name of the node; empty for the built-in node
 * @param digest of the manifest, {@code sha256:} and 64 digits; null when there is no image
 * @param configDigest of the config, which docker calls the image id; null when there is no image, or for an index
 * @param tags names that were asked for, in full ({@code docker.io/library/app:1})
 * @param pushed what registries now hold
 * @param platform such as {@code windows/amd64}; null when not known
 * @param osVersion such as {@code 10.0.20348.2227}; null when not known
 * @param baseImages that of the image itself first, if it has one
 * @param layers base layer first
 * @param steps in the order in which they ended
 * @param totals numbers over all of it
 * @param error null unless it failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WindowsImageRecord(
        @NonNull String buildId,
        @NonNull Kind kind,
        @NonNull Outcome result,
        long startMillis,
        @Nullable String stage,
        @NonNull String agent,
        @Nullable String digest,
        @Nullable String configDigest,
        @NonNull List<String> tags,
        @NonNull List<Reference> pushed,
        @Nullable String platform,
        @Nullable String osVersion,
        @NonNull List<BaseImage> baseImages,
        @NonNull List<Layer> layers,
        @NonNull List<Step> steps,
        @NonNull Totals totals,
        @NonNull List<Warning> warnings,
        @Nullable Failure error)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Longest list of tags, references, base images or warnings. */
    static final int MAXIMUM_NAMES = 1_000;
    /** Longest list of layers or steps. */
    static final int MAXIMUM_PARTS = 10_000;
    /** Longest sentence, instruction or line of output, in characters; what is longer is cut. */
    static final int MAXIMUM_TEXT = 4_000;
    /** Longest name of a stage, agent, media type or rule, in characters. */
    static final int MAXIMUM_NAME = 255;
    /** Lines of output that a failure keeps, the last ones. */
    static final int OUTPUT_LINES = 20;

    private static final Pattern BUILD_ID = Pattern.compile("[0-9a-f]{12}");
    private static final Pattern OS_VERSION = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,10}){0,3}");
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]{1,20}(/[a-zA-Z0-9_.-]{1,20}){0,2}");

    /**
     * @throws IllegalArgumentException naming the field, if a value has not the form that its field promises
     */
    public WindowsImageRecord {
        matching("buildId", BUILD_ID, buildId);
        present("kind", kind);
        present("result", result);
        stage = PlainText.name(stage);
        agent = agent == null ? "" : PlainText.name(agent);
        checkDigest("digest", digest);
        checkDigest("configDigest", configDigest);
        tags = list("tags", tags, MAXIMUM_NAMES);
        tags.forEach(tag -> checkReference("tags", tag));
        pushed = list("pushed", pushed, MAXIMUM_NAMES);
        optional("platform", PLATFORM, platform);
        optional("osVersion", OS_VERSION, osVersion);
        baseImages = list("baseImages", baseImages, MAXIMUM_NAMES);
        layers = list("layers", layers, MAXIMUM_PARTS);
        steps = list("steps", steps, MAXIMUM_PARTS);
        present("totals", totals);
        warnings = list("warnings", warnings, MAXIMUM_NAMES);
    }

    /** The record of something that failed before the engine could say anything about it, such as a process that died. */
    public static WindowsImageRecord failed(
            String buildId, ResultReader.Origin origin, List<String> tags, long durationMillis, Failure failure) {
        return new WindowsImageRecord(
                buildId,
                origin.kind(),
                Outcome.FAILURE,
                origin.startMillis(),
                origin.stage(),
                origin.agent(),
                null,
                null,
                tags,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                new Totals(0, 0, 0, 0, durationMillis, 0),
                List.of(),
                failure);
    }

    /** What the image itself starts from; null for scratch, and where no image was built. */
    @Nullable
    public BaseImage base() {
        return baseImages.isEmpty() || layers.stream().noneMatch(Layer::base) ? null : baseImages.get(0);
    }

    /** What was done. */
    public enum Kind {
        @JsonProperty("build")
        BUILD,
        @JsonProperty("push")
        PUSH,
        @JsonProperty("tag")
        TAG,
        @JsonProperty("index")
        INDEX
    }

    /** How it ended. */
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
     * @param digest of the manifest that the name stood for when it was pushed
     */
    public record Reference(@NonNull String reference, @NonNull String digest) implements Serializable {
        private static final long serialVersionUID = 1L;

        public Reference {
            checkReference("pushed.reference", reference);
            present("pushed.digest", digest);
            checkDigest("pushed.digest", digest);
        }

        /** {@code host/repository@sha256:...}, which stays the same image when the tag moves. */
        public String pinned() {
            return ImageReference.parse(reference).withDigest(Digest.parse(digest)).toString();
        }
    }

    /**
     * An image that the build started or copied from.
     *
     * @param reference as the Dockerfile names it
     * @param digest of its manifest; null when not known
     * @param osVersion null when not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BaseImage(@NonNull String reference, @Nullable String digest, @Nullable String osVersion)
            implements Serializable {
        private static final long serialVersionUID = 1L;

        public BaseImage {
            present("baseImages.reference", reference);
            reference = PlainText.clean(reference, MAXIMUM_NAME * 2);
            checkDigest("baseImages.digest", digest);
            optional("baseImages.osVersion", OS_VERSION, osVersion);
        }
    }

    /**
     * @param digest of the blob
     * @param diffId of the tar in it; null when not known
     * @param size compressed, in bytes
     * @param uncompressedSize in bytes; -1 when not known
     * @param createdBy the instruction; null when not known
     * @param cached whether the build took it from the cache
     * @param base whether it came with the base image
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Layer(
            @NonNull String digest,
            @Nullable String diffId,
            @Nullable String mediaType,
            long size,
            long uncompressedSize,
            @Nullable String createdBy,
            boolean cached,
            boolean base)
            implements Serializable {
        private static final long serialVersionUID = 1L;

        public Layer {
            present("layers.digest", digest);
            checkDigest("layers.digest", digest);
            checkDigest("layers.diffId", diffId);
            mediaType = PlainText.name(mediaType);
            notNegative("layers.size", size);
            uncompressedSize = Math.max(-1, uncompressedSize);
            createdBy = PlainText.clean(createdBy, MAXIMUM_TEXT);
        }
    }

    /**
     * @param stage of the Dockerfile, name or number
     * @param line in the Dockerfile, counted from 1; 0 when it has none
     * @param text the instruction
     * @param start RFC 3339 instant by the agent's clock; null when it did not start
     * @param durationMillis in milliseconds
     * @param cached whether the result came from the cache
     * @param exitCode of a RUN; null for other instructions
     * @param layer digest of the layer it made; null when it made none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            @Nullable String stage,
            int line,
            @NonNull String text,
            @Nullable String start,
            long durationMillis,
            boolean cached,
            @Nullable Integer exitCode,
            @Nullable String layer)
            implements Serializable {
        private static final long serialVersionUID = 1L;
        private static final Pattern START = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,20}Z");

        public Step {
            stage = PlainText.name(stage);
            notNegative("steps.line", line);
            present("steps.text", text);
            text = PlainText.clean(text, MAXIMUM_TEXT);
            optional("steps.start", START, start);
            notNegative("steps.durationMillis", durationMillis);
            checkDigest("steps.layer", layer);
        }
    }

    /**
     * @param layers how many layers the image has
     * @param size of all layers, compressed, in bytes
     * @param steps how many instructions were carried out or taken from the cache
     * @param cachedSteps how many of them came from the cache
     * @param durationMillis how long all of it took, in milliseconds
     * @param uploadedBytes blob bytes that registries took
     */
    public record Totals(int layers, long size, int steps, int cachedSteps, long durationMillis, long uploadedBytes)
            implements Serializable {
        private static final long serialVersionUID = 1L;
        /** Of something that has no parts. */
        public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0);

        public Totals {
            notNegative("totals.layers", layers);
            notNegative("totals.size", size);
            notNegative("totals.steps", steps);
            notNegative("totals.cachedSteps", cachedSteps);
            notNegative("totals.durationMillis", durationMillis);
            notNegative("totals.uploadedBytes", uploadedBytes);
        }
    }

    /**
     * @param rule short name such as {@code LegacyKeyValueFormat}
     * @param line in the Dockerfile; null when it concerns none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Warning(@Nullable String rule, @NonNull String message, @Nullable Integer line)
            implements Serializable {
        private static final long serialVersionUID = 1L;

        public Warning {
            rule = PlainText.name(rule);
            present("warnings.message", message);
            message = PlainText.clean(message, MAXIMUM_TEXT);
        }
    }

    /**
     * @param kind short name such as {@code run-step-failed}
     * @param message one sentence
     * @param line in the Dockerfile; null when it concerns none
     * @param hint what to do about it; null when the message says it
     * @param exitCode of the command that failed; null when none did
     * @param output the last lines that the command printed, at most 20
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failure(
            @NonNull String kind,
            @NonNull String message,
            @Nullable Integer line,
            @Nullable String hint,
            @Nullable Integer exitCode,
            @NonNull List<String> output)
            implements Serializable {
        private static final long serialVersionUID = 1L;
        private static final Pattern KIND = Pattern.compile("[a-z]{1,30}(-[a-z]{1,30}){0,5}");

        public Failure {
            matching("error.kind", KIND, kind);
            present("error.message", message);
            message = PlainText.clean(message, MAXIMUM_TEXT);
            hint = PlainText.clean(hint, MAXIMUM_TEXT);
            List<String> lines = list("error.output", output, MAXIMUM_PARTS);
            output = lines.subList(Math.max(0, lines.size() - OUTPUT_LINES), lines.size()).stream()
                    .map(text -> PlainText.clean(text, MAXIMUM_TEXT))
                    .toList();
        }
    }

    private static void present(String field, Object value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }

    private static void matching(String field, Pattern pattern, String value) {
        present(field, value);
        optional(field, pattern, value);
    }

    private static void optional(String field, Pattern pattern, String value) {
        if (value != null && !pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(field + " has not the form it must have: " + PlainText.quote(value));
        }
    }

    private static void notNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(field + " is negative");
        }
    }

    private static void checkDigest(String field, String value) {
        if (value == null) {
            return;
        }
        try {
            Digest.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " is not a digest: " + PlainText.quote(value), e);
        }
    }

    private static void checkReference(String field, String value) {
        present(field, value);
        try {
            ImageReference.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " has no image name: " + PlainText.quote(value), e);
        }
    }

    private static <T> List<T> list(String field, List<T> values, int maximum) {
        if (values == null) {
            return List.of();
        }
        if (values.size() > maximum) {
            throw new IllegalArgumentException(field + " has more than " + maximum + " entries");
        }
        if (values.stream().anyMatch(value -> value == null)) {
            throw new IllegalArgumentException(field + " has an empty entry");
        }
        return List.copyOf(values);
    }
}
