package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.files.CopyOptions;
import io.jenkins.plugins.windowsimage.engine.files.CopyPlanner;
import io.jenkins.plugins.windowsimage.engine.files.Destination;
import io.jenkins.plugins.windowsimage.engine.files.WindowsPath;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.plan.PlannedMount;
import io.jenkins.plugins.windowsimage.engine.plan.Step;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import io.jenkins.plugins.windowsimage.engine.windows.RunFailedException;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** RUN: has the run host carry out the command on the stage's layers. */
final class RunInstruction implements LayerInstruction {
    private final Step.Run step;
    private final StageTools tools;
    private final int number;

    /**
     * @param number of the step in the build, for its output
     */
    RunInstruction(Step.Run step, StageTools tools, int number) {
        this.step = step;
        this.tools = tools;
        this.number = number;
    }

    @Override
    public StepInfo info() {
        return step.info();
    }

    /** Secrets are in no key: what a command makes of them must not tell them, and a new password is no new image. */
    @Override
    public void describe(CacheKeys key) throws IOException {
        key.add("RUN").add(step.commandLine()).add(step.workingDirectory()).add(step.user()).add(step.network());
        step.environment().forEach((name, value) -> key.add(name).add(value));
        tools.options().hosts().forEach((name, address) -> key.add(name).add(address));
        for (PlannedMount mount : step.mounts()) {
            key.add(mount.mount().type()).add(mount.target()).add(mount.mount().source()).add(mount.id()).add(mount.mount().readOnly());
            if (mount.origin() != null) {
                String identity = tools.sources().identity(mount.origin());
                key.add(identity != null ? identity : contentOf(mount));
            }
        }
    }

    private Digest contentOf(PlannedMount mount) throws IOException {
        try (CopyPlanner planner = new CopyPlanner(WindowsPath.parse("C:\\"), CopyOptions.DEFAULT, Destination.EMPTY)) {
            planner.copy(tools.sources().open(mount.origin()), mount.mount().source().isEmpty() ? "." : mount.mount().source());
            return tools.contents().of(planner.plan());
        }
    }

    @Override
    public LayerBlob carryOut(StageSnapshot below) throws IOException {
        if (below.base() != null) {
            below.base().fetcher().fetch(below.baseLayers().stream().map(LayerBlob::descriptor).toList());
        }
        try (RunMounts mounts = new RunMounts(step.mounts(), tools)) {
            Optional<BatchScript> script = BatchScript.of(step);
            if (script.isPresent()) {
                mounts.add(script.get());
            }
            String commandLine = script.map(BatchScript::commandLine).orElse(step.commandLine());
            return run(request(below, commandLine, mounts), new CommandOutput(tools.journal(), number, mounts.secrets()));
        }
    }

    private LayerBlob run(RunRequest request, CommandOutput output) throws IOException {
        try {
            return tools.runHost().run(request, output, tools.cancellation());
        } catch (RunFailedException e) {
            throw new CommandFailedException(e, output.lastLines());
        } finally {
            output.flush();
        }
    }

    private RunRequest request(StageSnapshot below, String commandLine, RunMounts mounts) {
        BuildOptions options = tools.options();
        Map<String, String> environment = new LinkedHashMap<>(step.environment());
        environment.putAll(step.proxies());
        environment.putAll(mounts.environment());
        return new RunRequest(
                below.base() == null ? options.platform() : below.base().config().platform(),
                below.layers(),
                commandLine,
                environment,
                step.workingDirectory(),
                step.user(),
                mounts.mounts(),
                step.network().equals("none") ? "none" : options.network(),
                options.hosts(),
                options.limits(),
                tools.layerWriter().compression().type(),
                tools.layerWriter().compression().level(),
                options.timestamp());
    }
}
