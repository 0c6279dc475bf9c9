package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.ArchiveLimits;
import io.jenkins.plugins.windowsimage.engine.files.ArchiveUnpacker;
import io.jenkins.plugins.windowsimage.engine.files.ContentDigest;
import io.jenkins.plugins.windowsimage.engine.files.DigestCache;
import io.jenkins.plugins.windowsimage.engine.files.DownloadLimits;
import io.jenkins.plugins.windowsimage.engine.files.Downloads;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerCompression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerWriter;
import io.jenkins.plugins.windowsimage.engine.plan.BuildPlan;
import io.jenkins.plugins.windowsimage.engine.plan.PlannedStage;
import io.jenkins.plugins.windowsimage.engine.plan.StageBase;
import io.jenkins.plugins.windowsimage.engine.registry.RuledProxySelector;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;

/**
 * Builds the stages of a plan, each in a thread of its own as soon as the stages it needs are finished. The first failure stops the
 * others.
 */
final class Stages implements Closeable {
    private final BuildPlan plan;
    private final BaseImages images;
    private final BuildJournal journal;
    private final Cancellation cancellation = new Cancellation();
    private final Cancellation.Registration outer;
    private final StepCache cache;
    private final StepNumbers numbers = new StepNumbers();
    private final DigestCache digests;
    private final StageTools tools;
    /** For stages of which no layer is exported: nobody needs them compressed, only copied from. */
    private final StageTools plainTools;
    private final Map<Integer, CompletableFuture<StageSnapshot>> finished = new TreeMap<>();

    Stages(
            Engine engine,
            BuildOptions options,
            BuildPlan plan,
            BaseImages images,
            BuildContext.Opened files,
            ExecutorService workers,
            Cancellation build,
            BuildJournal journal,
            RunHost runHost,
            Path directory,
            Instant now)
            throws IOException {
        this.plan = plan;
        this.images = images;
        this.journal = journal;
        this.outer = build.onRequest(cancellation::request);
        this.cache = CacheImports.open(engine, options, journal);
        LayerTrees layers = new LayerTrees(engine, workers, cancellation, journal);
        LayerWriter writer = new LayerWriter(
                engine.store(),
                options.layerCompression(),
                workers,
                cancellation,
                warning -> journal.warn("Compression", warning, null),
                options.timestamp());
        this.digests = new DigestCache(engine.root().path().resolve("file-digests"), files.name());
        SourceTrees sources = new SourceTrees(files.tree(), images, layers, index -> await(finished.get(index)), journal);
        this.tools = new StageTools(
                engine,
                options,
                journal,
                cancellation,
                sources,
                layers,
                writer,
                new ContentDigest(digests, workers, Runtime.getRuntime().availableProcessors(), cancellation),
                new ArchiveUnpacker(directory, ArchiveLimits.DEFAULT, cancellation),
                () -> downloads(engine, directory),
                runHost,
                directory,
                now);
        boolean exported = options.cacheTo().stream().anyMatch(BuildOptions.CacheLocation::all);
        this.plainTools = exported ? tools : tools.compressing(LayerCompression.of(Compression.NONE));
        for (PlannedStage stage : plan.stages()) {
            finished.put(stage.index(), new CompletableFuture<>());
        }
    }

    private Downloads downloads(Engine engine, Path directory) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(engine.registryOptions().connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(new RuledProxySelector(engine.registryOptions().proxies()))
                .build();
        return new Downloads(client, directory, DownloadLimits.DEFAULT, cancellation);
    }

    StepCache cache() {
        return cache;
    }

    LayerTrees layerTrees() {
        return tools.layerTrees();
    }

    /** Builds all stages and returns the one that becomes the image. */
    StageSnapshot build() {
        for (PlannedStage stage : plan.stages()) {
            Thread thread = new Thread(() -> build(stage), "stage " + stage.displayName());
            thread.setDaemon(true);
            thread.start();
        }
        EngineException first = null;
        // All are waited for, so that nothing works on files that are about to be removed.
        for (CompletableFuture<StageSnapshot> stage : finished.values()) {
            try {
                await(stage);
            } catch (EngineException e) {
                if (first == null || first.kind() == ErrorKind.CANCELLED) {
                    first = e;
                }
            }
        }
        if (first != null) {
            throw first;
        }
        return await(finished.get(plan.target().index()));
    }

    private void build(PlannedStage stage) {
        CompletableFuture<StageSnapshot> result = finished.get(stage.index());
        try {
            stage.dependsOn().forEach(index -> await(finished.get(index)));
            cancellation.check();
            Instant start = Instant.now();
            journal.on(new BuildEvent.StageStarted(stage.displayName(), stage.base().toString()));
            StageRunner runner =
                    new StageRunner(stage.displayName(), plan.inImage(stage) ? tools : plainTools, cache, numbers);
            StageSnapshot snapshot = runner.run(base(stage), stage.steps());
            journal.on(new BuildEvent.StageCompleted(
                    stage.displayName(), Math.max(0, Duration.between(start, Instant.now()).toMillis())));
            result.complete(snapshot);
        } catch (RuntimeException | Error e) {
            cancellation.request();
            result.completeExceptionally(e);
        }
    }

    private StageSnapshot base(PlannedStage stage) {
        if (stage.base() instanceof StageBase.Stage earlier) {
            return await(finished.get(earlier.index()));
        }
        if (stage.base() instanceof StageBase.Image image) {
            BaseImage base = images.find(image.source(), stage.platform());
            journal.base(base);
            return StageSnapshot.of(base);
        }
        return StageSnapshot.of(null);
    }

    /** Waits, and throws what the other thread threw. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        outer.close();
        digests.close();
    }
}
