package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Mount;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Warning;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a build has to do, in order. Immutable and thread-safe.
 *
 * @param graph it was made from
 * @param stages those that are needed and could be evaluated, ascending by index; each needs only earlier ones
 * @param image config of the image, with the user's labels; null if there is a failure
 * @param warnings in the order of their lines
 * @param failure what is wrong with the Dockerfile; null for nothing
 */
public record BuildPlan(
        StageGraph graph,
        List<PlannedStage> stages,
        ImageConfig image,
        List<Warning> warnings,
        DockerfileException failure) {
    public BuildPlan {
        stages = List.copyOf(stages);
        warnings = List.copyOf(warnings);
    }

    /**
     * Evaluates the needed stages.
     *
     * @throws EngineException what {@code bases} throws; mistakes in the Dockerfile are in {@link #failure()}
     */
    public static BuildPlan of(StageGraph graph, BaseConfigs bases) {
        return new PlanBuilder(graph, bases).build();
    }

    /**
     * This plan.
     *
     * @throws DockerfileException if the Dockerfile cannot be built
     */
    public BuildPlan orThrow() {
        if (failure != null) {
            throw failure;
        }
        return this;
    }

    /** The stage that becomes the image. */
    public PlannedStage target() {
        return stage(graph.target());
    }

    /** Whether layers of this stage are layers of the image: it is the target, or the target starts from it. */
    public boolean inImage(PlannedStage stage) {
        PlannedStage part = target();
        while (part.index() != stage.index() && part.base() instanceof StageBase.Stage earlier) {
            part = stage(earlier.index());
        }
        return part.index() == stage.index();
    }

    /** The stage with this index. */
    public PlannedStage stage(int index) {
        return stages.stream()
                .filter(stage -> stage.index() == index)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("stage " + index + " is not part of the plan"));
    }

    /** The first step that runs a command, triggers included; empty when the build runs nothing. */
    public Optional<Step.Run> firstRun() {
        return stages.stream()
                .flatMap(stage -> stage.steps().stream())
                .filter(Step.Run.class::isInstance)
                .map(Step.Run.class::cast)
                .findFirst();
    }

    /**
     * Refuses what no Windows image build can do: images of another system, privileged commands, the host's network, devices
     * and SSH agents.
     *
     * @throws EngineException of kind NOT_SUPPORTED, naming the line
     */
    public void requireBuildable() {
        for (PlannedStage stage : stages) {
            boolean windows = stage.platform().os().equals("windows") && stage.image().os().equals("windows");
            boolean isTarget = stage.index() == graph.target();
            boolean makesLayers = stage.steps().stream().anyMatch(step -> step.info().layer());
            if (!windows && (isTarget || makesLayers)) {
                throw unsupported(
                        stage.line(),
                        "stage " + stage.displayName() + " is for "
                                + (stage.image().os().equals("windows") ? stage.platform().os() : stage.image().os())
                                + ", and only Windows images can be built",
                        "build with --platform windows/amd64 and start from a Windows base image");
            }
            for (Step step : stage.steps()) {
                if (step instanceof Step.Run run) {
                    requireRunnable(run);
                }
            }
        }
    }

    private void requireRunnable(Step.Run run) {
        int line = run.info().line();
        if (run.args().isEmpty()) {
            throw unsupported(line, "RUN has no command", "write what to run");
        }
        if (run.security().equals("insecure")) {
            throw unsupported(line, "RUN --security=insecure is not supported", "leave the flag out");
        }
        if (run.network().equals("host")) {
            throw unsupported(
                    line,
                    "RUN --network=host is not supported: Windows containers cannot share the host's network",
                    "use the default network or none");
        }
        if (!run.devices().isEmpty()) {
            throw unsupported(line, "RUN --device is not supported", "leave the flag out");
        }
        for (PlannedMount mount : run.mounts()) {
            Mount.Type type = mount.mount().type();
            if (type == Mount.Type.SSH) {
                throw unsupported(
                        line,
                        "RUN --mount=type=ssh is not supported: Windows containers have nothing like it",
                        "use type=secret with the key");
            }
        }
    }

    private EngineException unsupported(int line, String message, String hint) {
        String place = graph.dockerfile().file() + ":" + line + ": ";
        return new EngineException(ErrorKind.NOT_SUPPORTED, place + message, hint, null);
    }
}
