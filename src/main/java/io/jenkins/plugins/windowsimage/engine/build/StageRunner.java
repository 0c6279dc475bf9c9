package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.plan.Step;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import io.jenkins.plugins.windowsimage.engine.store.CachedStep;
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
            CacheKeys keys = new CacheKeys()
                    .add(below.chain())
                    .add(tools.options().compression())
                    .add(tools.options().compressionLevel())
                    .add(tools.options().timestamp());
            instruction.describe(keys);
            Digest key = keys.key();
            Optional<LayerBlob> known = cache.find(key);
            LayerBlob layer = known.isPresent() ? known.get() : instruction.carryOut(below);
            if (known.isEmpty()) {
                cache.put(key, CachedStep.of(layer.descriptor(), layer.diffId(), layer.uncompressedSize(), start));
            }
            cache.used(key, layer, known.isPresent());
            report(number, info, start, known.isPresent(), layer, step instanceof Step.Run ? 0 : null);
            return layer;
        } catch (IOException | RuntimeException e) {
            StepFailedException failure = StepFailedException.of(info, e);
            tools.journal().step(new BuildResult.Step(
                    stage, info.line(), info.text(), start.toString(), millisSince(start), false, failure.exitCode(), null));
            throw failure;
        }
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
