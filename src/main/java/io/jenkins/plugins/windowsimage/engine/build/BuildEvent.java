package io.jenkins.plugins.windowsimage.engine.build;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.windowsimage.engine.image.Digest;

/**
 * Something that happened in a build, in the order in which it happened. The JSON form is one line of the progress file
 * (docs/result-format.md); {@code type} is the kebab-case name of the record.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = BuildEvent.BuildStarted.class, name = "build-started"),
    @JsonSubTypes.Type(value = BuildEvent.StageStarted.class, name = "stage-started"),
    @JsonSubTypes.Type(value = BuildEvent.StepStarted.class, name = "step-started"),
    @JsonSubTypes.Type(value = BuildEvent.Output.class, name = "output"),
    @JsonSubTypes.Type(value = BuildEvent.StepCompleted.class, name = "step-completed"),
    @JsonSubTypes.Type(value = BuildEvent.StageCompleted.class, name = "stage-completed"),
    @JsonSubTypes.Type(value = BuildEvent.Transfer.class, name = "transfer"),
    @JsonSubTypes.Type(value = BuildEvent.Warned.class, name = "warning"),
    @JsonSubTypes.Type(value = BuildEvent.Pushed.class, name = "pushed"),
    @JsonSubTypes.Type(value = BuildEvent.BuildCompleted.class, name = "build-completed"),
    @JsonSubTypes.Type(value = BuildEvent.BuildFailed.class, name = "build-failed")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface BuildEvent {

    /**
     * The plan is made, the work begins.
     *
     * @param steps number of steps in the stages that are needed
     */
    record BuildStarted(String buildId, int stages, int steps) implements BuildEvent {}

    /**
     * @param stage its name, or its number for a stage without one
     * @param base what it starts from
     */
    record StageStarted(String stage, String base) implements BuildEvent {}

    /**
     * @param step position in the build, counted from 1 over all stages that are needed
     * @param name such as {@code [build 2/7] COPY a b}
     * @param line of the Dockerfile
     */
    record StepStarted(int step, String stage, String name, int line) implements BuildEvent {}

    /** Text that a command printed, whole lines where possible. */
    record Output(int step, boolean error, String text) implements BuildEvent {}

    /**
     * @param durationMillis from start to end
     * @param layer digest of the layer it made; null for none
     * @param size of that layer, compressed, in bytes; 0 for none
     */
    record StepCompleted(int step, String name, boolean cached, long durationMillis, Digest layer, long size)
            implements BuildEvent {}

    record StageCompleted(String stage, long durationMillis) implements BuildEvent {}

    /**
     * Progress of a blob on its way from or to a registry, at its start, at its end and about once a second between.
     *
     * @param direction {@code pull} or {@code push}
     * @param image whose blob it is
     * @param state {@code running}, {@code done}, {@code exists} or {@code mounted}
     * @param bytes moved so far
     * @param total length of the blob
     */
    record Transfer(String direction, String image, Digest digest, String state, long bytes, long total)
            implements BuildEvent {}

    /** See {@link BuildResult.Warning}. */
    record Warned(String rule, String message, Integer line) implements BuildEvent {}

    /** A name that now stands for the image in a registry. */
    record Pushed(String reference, Digest digest) implements BuildEvent {}

    record BuildCompleted(String buildId, Digest digest, long durationMillis) implements BuildEvent {}

    /** See {@link BuildResult.Failure}. */
    record BuildFailed(String buildId, String kind, String message, Integer line, String hint) implements BuildEvent {}
}
