package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.plan.Step;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Carries out the steps of one stage, or takes what they made from the cache. For one thread. */
final class StageRunner {
    private final String stage;
    private final StageTools tools;
    private final StepCache cache;
    private final StepNumbers numbers;

    /**
     * @param stage its name, or its number
     */
    StageRunner(String stage, StageTools tools, StepCache cache, StepNumbers numbers) {
        this.stage = stage;
        this.tools = tools;
        this.cache = cache;
        this.numbers = numbers;
    }

    /**
     * Runs the steps.
     *
     * @throws StepFailedException naming the step that failed
     */
    StageSnapshot run(StageSnapshot start, List<Step> steps) {
        StageSnapshot files = start;
        for (Step step : steps) {
            tools.cancellation().check();
            if (step.info().layer()) {
                files = files.plus(carryOut(step, files));
            } else {
                tools.journal().step(new BuildResult.Step(
                        stage, step.info().line(), step.info().text(), Instant.now().toString(), 0, false, null, null));
            }
        }
        return files;
    }

    private LayerBlob carryOut(Step step, StageSnapshot below) {
        StepInfo info = step.info();
        int number = numbers.next();
        Instant start = Instant.now();
        tools.journal().on(new BuildEvent.StepStarted(number, stage, info.displayName(), info.line()));
        try (LayerInstruction instruction = instruction(step, number)) {
            CacheKeys keys = new CacheKeys().add(below.chain()).add(tools.options().timestamp());
            instruction.describe(keys);
            Digest outline = keys.key();
            // What is new whatever the files hold need not be looked for, so that the files are read only once.
            boolean lookFor = !instruction.hasContents() || cache.knowsOutline(outline);
            Digest wanted = lookFor ? key(outline, instruction) : null;
            Optional<LayerBlob> known = lookFor ? cache.find(wanted, tools.layerWriter()) : Optional.empty();
            LayerBlob layer = known.isPresent() ? known.get() : instruction.carryOut(below);
            Digest key = known.isPresent() ? wanted : key(outline, instruction);
            if (known.isEmpty()) {
                cache.put(key, tools.layerWriter().compression(), layer, start);
            }
            if (instruction.hasContents()) {
                cache.putOutline(outline);
            }
            cache.used(key, tools.layerWriter().compression(), layer, known.isPresent());
            report(number, info, start, known.isPresent(), layer, step instanceof Step.Run ? 0 : null);
            return layer;
        } catch (IOException | RuntimeException e) {
            StepFailedException failure = StepFailedException.of(info, e);
            tools.journal().step(new BuildResult.Step(
                    stage, info.line(), info.text(), start.toString(), millisSince(start), false, failure.exitCode(), null));
            throw failure;
        }
    }

    /** After the instruction was carried out, the key stands for the files that it took, whatever was there before. */
    private static Digest key(Digest outline, LayerInstruction instruction) throws IOException {
        return instruction.hasContents()
                ? new CacheKeys().add(outline).add(instruction.contents()).key()
                : outline;
    }

    private void report(int number, StepInfo info, Instant start, boolean cached, LayerBlob layer, Integer exitCode) {
        long millis = millisSince(start);
        tools.journal().step(new BuildResult.Step(
                stage, info.line(), info.text(), start.toString(), millis, cached, cached ? null : exitCode,
                layer.descriptor().digest()));
        tools.journal().on(new BuildEvent.StepCompleted(
                number, info.displayName(), cached, millis, layer.descriptor().digest(), layer.descriptor().size()));
    }

    private static long millisSince(Instant start) {
        return Math.max(0, Duration.between(start, Instant.now()).toMillis());
    }

    private LayerInstruction instruction(Step step, int number) {
        if (step instanceof Step.Copy copy) {
            return new CopyInstruction(copy, tools);
        }
        if (step instanceof Step.Workdir workdir) {
            return new WorkdirInstruction(workdir, tools);
        }
        if (step instanceof Step.Run run) {
            return new RunInstruction(run, tools, number);
        }
        throw new IllegalStateException(step.info().instruction() + " makes no layer");
    }
}
