package io.jenkins.plugins.windowsimage.engine.plan;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import java.util.List;
import java.util.Map;

/**
 * What {@code windows-image plan --format json} prints. Fields that do not apply to a step are left out.
 *
 * @param escape the escape character; null when the file cannot be read
 * @param syntax null when the file asks for none
 * @param stages all of the Dockerfile; those that are not needed have only the text of their steps
 * @param image config of the image; null when the plan fails
 * @param error null when it does not
 */
@JsonPropertyOrder({"escape", "syntax", "stages", "image", "warnings", "error"})
public record PlanDocument(
        String escape, String syntax, List<Stage> stages, ImageConfig image, List<Warning> warnings, Failure error) {

    /**
     * A stage.
     *
     * @param name null for none
     * @param needed whether the target needs it
     */
    public record Stage(String name, String base, String platform, boolean needed, List<Step> steps) {}

    /** One step of a stage. */
    public sealed interface Step {}

    /**
     * What every step has.
     *
     * @param name what progress shows
     * @param onbuild true for a trigger of the base
     * @param layer whether it makes a layer; null where the step was not evaluated
     * @param createdBy its line in the history
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Head(
            int line,
            int endLine,
            String instruction,
            String text,
            String name,
            Boolean onbuild,
            Boolean layer,
            String createdBy) {}

    /** A step of a stage that is not needed. */
    public record Text(@JsonUnwrapped Head head) implements Step {}

    /**
     * RUN.
     *
     * @param args argv as executed
     * @param commandLine the same as Windows gets it
     * @param user null for the account that containers of the image run as by default
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Run(
            @JsonUnwrapped Head head,
            List<String> args,
            String commandLine,
            Map<String, String> env,
            String cwd,
            @JsonInclude(JsonInclude.Include.ALWAYS) String user,
            List<String> shell,
            List<Mount> mounts,
            String network,
            String security,
            List<String> devices)
            implements Step {}

    /**
     * COPY and ADD.
     *
     * @param from as written; null for the build context
     * @param fromStage index of the stage that {@code from} names
     * @param sources paths and URLs, expanded
     * @param heredocs documents that become files
     * @param dest absolute
     * @param chown null when not given
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Copy(
            @JsonUnwrapped Head head,
            @JsonInclude(JsonInclude.Include.ALWAYS) String from,
            Integer fromStage,
            List<String> sources,
            List<Document> heredocs,
            String dest,
            @JsonInclude(JsonInclude.Include.ALWAYS) String chown,
            String chmod,
            List<String> exclude,
            Boolean parents,
            Boolean link,
            String checksum,
            Boolean unpack)
            implements Step {}

    /**
     * WORKDIR.
     *
     * @param dir absolute
     * @param user who owns a new directory
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Workdir(@JsonUnwrapped Head head, String dir, String user) implements Step {}

    /** A step that changes the config alone, with what it sets as further fields. */
    public record Metadata(@JsonUnwrapped Head head, @JsonIgnore Map<String, Object> settings) implements Step {
        @JsonAnyGetter
        public Map<String, Object> fields() {
            return settings;
        }
    }

    /** A mount of RUN. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mount(
            String type,
            String from,
            String source,
            String target,
            String id,
            String sharing,
            boolean readonly,
            Boolean required,
            String env) {}

    /** A document of the Dockerfile. */
    public record Document(String name, String content) {}

    /** A warning. */
    public record Warning(String rule, String message, int line) {}

    /**
     * Why there is no image.
     *
     * @param kind such as {@code dockerfile-parse}
     * @param line null when it concerns none
     */
    public record Failure(String kind, String message, Integer line) {}
}
