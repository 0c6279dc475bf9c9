package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Warning;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.plan.BuildPlan;
import io.jenkins.plugins.windowsimage.engine.plan.ContextSource;
import io.jenkins.plugins.windowsimage.engine.plan.FileOrigin;
import io.jenkins.plugins.windowsimage.engine.plan.PlanOptions;
import io.jenkins.plugins.windowsimage.engine.plan.StageGraph;
import io.jenkins.plugins.windowsimage.engine.store.BuildDirectory;
import io.jenkins.plugins.windowsimage.engine.store.BuildId;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One build, from the Dockerfile to the image in the store, its outputs and its pushes. Every end is told the same way: the last
 * event is {@link BuildEvent.BuildCompleted} or {@link BuildEvent.BuildFailed}, and there is a result. Used once.
 */
public final class ImageBuild {
    private final Engine engine;
    private final RunHost runHost;
    private final Clock clock;
    private final String hostVersion;
    private final BuildOptions options;
    private final BuildContext context;
    private final Cancellation cancellation;
    private final BuildJournal journal;
    private final String buildId = BuildId.next();
    private final Instant start;

    /**
     * @param context files and Dockerfile
     * @param hostVersion version of this Windows host; null elsewhere
     * @param listener is told what happens
     * @param cancellation ends the build
     */
    public ImageBuild(
            Engine engine,
            RunHost runHost,
            String hostVersion,
            BuildOptions options,
            BuildContext context,
            Clock clock,
            BuildListener listener,
            Cancellation cancellation) {
        this.engine = engine;
        this.runHost = runHost;
        this.hostVersion = hostVersion;
        this.options = options;
        this.context = context;
        this.clock = clock;
        this.cancellation = cancellation;
        this.journal = new BuildJournal(listener);
        this.start = clock.instant();
    }

    /** The result of a build that was refused before it could begin; the listener is told as well. */
    public static BuildResult refused(EngineException why, BuildListener listener) {
        String buildId = BuildId.next();
        BuildResult.Failure failure = FailureReport.of(why);
        listener.on(new BuildEvent.BuildFailed(buildId, failure.kind(), failure.message(), failure.line(), failure.hint()));
        return new BuildResult(buildId, outcome(failure), null, null, null, List.of(), List.of(), null, null, List.of(), List.of(),
                List.of(), new BuildResult.Totals(0, 0, 0, 0, 0, 0), List.of(), failure, null, null, null);
    }

    /** Builds; failures are part of the result. */
    public BuildResult run() {
        BuiltImage image = null;
        try (BuildDirectory directory = prepared()) {
            image = build(directory);
            deliver(image);
            BuildResult result = result(image, null);
            journal.on(new BuildEvent.BuildCompleted(buildId, result.digest(), millis()));
            return result;
        } catch (EngineException e) {
            return failed(image, FailureReport.of(e));
        } catch (IOException e) {
            return failed(image, FailureReport.of(IoFailures.failure(e)));
        } catch (OutOfMemoryError e) {
            return failed(image, FailureReport.of(FullHeap.failure(e)));
        } catch (RuntimeException | Error e) {
            return failed(image, FailureReport.internal(e));
        }
    }

    private BuildDirectory prepared() throws IOException {
        cancellation.check();
        engine.sweep();
        return BuildDirectory.create(engine.root(), buildId);
    }

    private BuiltImage build(BuildDirectory directory) throws IOException {
        BuildContext.Opened files = context.open(directory.path(), cancellation);
        Dockerfile dockerfile = Dockerfile.parse(
                files.dockerfileName(), new String(files.dockerfile(), StandardCharsets.UTF_8));
        Map<String, ContextSource> contexts = new LinkedHashMap<>();
        options.buildContexts().forEach((name, source) -> contexts.put(name, ContextSource.parse(name, source)));
        StageGraph graph = StageGraph.of(dockerfile, new PlanOptions(
                options.target(), options.platform(), options.buildArgs(), options.labels(), contexts, files.ignore()));
        graph.firstRun().ifPresent(run -> requireRunHost(run.line(), run.text()));
        BaseImages images = new BaseImages(engine, options.pull(), hostVersion, journal::on, clock);
        lookUp(images, graph);
        BuildPlan plan = BuildPlan.of(graph, (source, platform) -> images.find(source, platform).config());
        try {
            plan.orThrow().requireBuildable();
            plan.firstRun().ifPresent(run -> requireRunHost(run.info().line(), run.info().text()));
        } catch (EngineException e) {
            plan.warnings().forEach(this::warn);
            throw e;
        }
        int steps = (int) plan.stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .filter(step -> step.info().layer())
                .count();
        journal.on(new BuildEvent.BuildStarted(buildId, plan.stages().size(), steps));
        plan.warnings().forEach(this::warn);
        ExecutorService workers = Executors.newFixedThreadPool(
                Math.max(1, Runtime.getRuntime().availableProcessors()), threads("layer"));
        try (Stages stages = new Stages(
                engine, options, plan, images, files, workers, cancellation, journal, runHost, directory.path(), now())) {
            StageSnapshot target = stages.build();
            ImageWriting writing = new ImageWriting(engine, options, journal);
            BuiltImage image = writing.write(plan.image(), target, stages.cache(), now(), buildId);
            ImageAttestation attestation = new ImageAttestation(engine, options, cancellation, start, now());
            if (options.sbom()) {
                attestation.sbom(image, stages.layerTrees(), workers, directory.path());
            }
            if (options.provenance()) {
                attestation.provenance(image, files, journal.bases());
            }
            writing.name(image, now());
            return image;
        } finally {
            workers.shutdown();
        }
    }

    private static java.util.concurrent.ThreadFactory threads(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void warn(Warning warning) {
        journal.warn(warning.rule().id(), warning.message(), warning.line());
    }

    private Instant now() {
        return options.timestamp() == null ? clock.instant() : Instant.ofEpochSecond(options.timestamp());
    }

    /** RUN on a machine that cannot do it is refused before anything is fetched. */
    private void requireRunHost(int line, String text) {
        runHost.unavailable().ifPresent(why -> {
            throw new StepRefusedException(line, "line " + line + " (" + text.lines().findFirst().orElse("") + ") cannot be carried out here: " + why);
        });
    }

    /** Asks for all base images at once; the first failure is the build's. */
    private static void lookUp(BaseImages images, StageGraph graph) {
        Map<Source, CompletableFuture<Void>> found = new LinkedHashMap<>();
        for (FileOrigin.Image image : graph.baseImages()) {
            found.put(graph.fromOf(image), CompletableFuture.runAsync(() -> images.find(image.source(), image.platform()), task -> {
                Thread thread = new Thread(task, "base image");
                thread.setDaemon(true);
                thread.start();
            }));
        }
        found.forEach((from, one) -> {
            try {
                Stages.await(one);
            } catch (EngineException e) {
                throw StepFailedException.of(from.line(), from.text(), e);
            }
        });
    }

    private void deliver(BuiltImage image) throws IOException {
        new Delivery(engine, options, journal, cancellation).deliver(image);
    }

    private BuildResult failed(BuiltImage image, BuildResult.Failure failure) {
        BuildResult result = result(image, failure);
        journal.on(new BuildEvent.BuildFailed(buildId, failure.kind(), failure.message(), failure.line(), failure.hint()));
        return result;
    }

    private BuildResult result(BuiltImage image, BuildResult.Failure failure) {
        List<BuildResult.Step> steps = journal.steps();
        long size = image == null ? 0 : image.layers().stream().mapToLong(BuildResult.Layer::size).sum();
        BuildResult.Totals totals = new BuildResult.Totals(
                image == null ? 0 : image.layers().size(),
                size,
                (int) steps.stream().filter(step -> step.layer() != null).count(),
                (int) steps.stream().filter(BuildResult.Step::cached).count(),
                millis(),
                journal.uploadedBytes());
        Digest digest = image == null ? null : image.raw().digest();
        Digest config = image == null ? null : image.raw().manifest().config().digest();
        List<String> tags = options.tags().stream().map(ImageReference::toString).toList();
        return new BuildResult(
                buildId,
                outcome(failure),
                digest,
                config,
                image == null ? null : image.raw().mediaType(),
                image == null ? List.of() : tags,
                journal.pushed(),
                (image == null ? options.platform() : image.platform()).shortName(),
                image == null ? null : image.platform().osVersion(),
                bases(image),
                image == null ? List.of() : image.layers(),
                steps,
                totals,
                journal.warnings(),
                failure,
                digest,
                config,
                image == null || tags.isEmpty() ? null : String.join(",", tags));
    }

    /** The base of the image itself first, if it has one, then those of other stages by name. */
    private List<BuildResult.BaseImage> bases(BuiltImage image) {
        Digest own = image == null || image.files().base() == null ? null : image.files().base().raw().digest();
        return journal.bases().stream()
                .sorted(Comparator.comparing((BuildResult.BaseImage base) -> !base.digest().equals(own))
                        .thenComparing(BuildResult.BaseImage::reference))
                .toList();
    }

    private static BuildResult.Outcome outcome(BuildResult.Failure failure) {
        if (failure == null) {
            return BuildResult.Outcome.SUCCESS;
        }
        return failure.kind().equals(ErrorKind.CANCELLED.id()) ? BuildResult.Outcome.CANCELLED : BuildResult.Outcome.FAILURE;
    }

    private long millis() {
        return Math.max(0, Duration.between(start, clock.instant()).toMillis());
    }
}
