package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.History;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.registry.PlatformChoice;
import io.jenkins.plugins.windowsimage.engine.store.CacheManifest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes an image of a finished stage: config and manifest, then its names in the store. */
final class ImageWriting {
    private final Engine engine;
    private final BuildOptions options;
    private final BuildJournal journal;

    ImageWriting(Engine engine, BuildOptions options, BuildJournal journal) {
        this.engine = engine;
        this.options = options;
        this.journal = journal;
    }

    /**
     * Writes the image, still without names.
     *
     * @param planned config of the image, without times
     * @param files of the stage that becomes the image
     * @param now time of this build, or the one that every time in the image is set to
     */
    BuiltImage write(ImageConfig planned, StageSnapshot files, StepCache cache, Instant now, String buildId)
            throws IOException {
        if (planned.osVersion() == null && planned.os().equals("windows")) {
            journal.warn(
                    "OsVersionUnknown",
                    "the image states no Windows version, because its base states none; give one with --os-version",
                    null);
        }
        if (!new PlatformChoice(options.platform(), null).suits(planned.osVersion())) {
            journal.warn(
                    "OsVersionDiffers",
                    "the image is for Windows " + planned.osVersion() + ", because its base is, and not for "
                            + options.platform().osVersion() + " as --os-version asks",
                    null);
        }
        List<History> history = history(planned, files, cache, now);
        String last = history.isEmpty() ? null : history.get(history.size() - 1).created();
        Instant created = options.timestamp() != null || last == null ? now : Instant.parse(last);
        Function<List<Descriptor>, Map<String, String>> annotations = options.inlineCache()
                ? layers -> Map.of(CacheManifest.ANNOTATION, new CacheManifest(cache.used()).annotation(layers))
                : null;
        RawManifest raw = new ImageAssembly(engine.store(), family(files), converts())
                .write(planned, files.baseLayers(), files.added(), history, created, annotations);
        return new BuiltImage(buildId, raw, planned.platform(), layers(raw, files, history, cache), files, cache);
    }

    /** Gives an image its names in the store. */
    void name(BuiltImage image, Instant now) throws IOException {
        Descriptor descriptor = image.raw().descriptor();
        for (ImageReference tag : options.tags()) {
            engine.names().put(tag, descriptor, now, image.buildId());
        }
        if (options.tags().isEmpty()) {
            engine.names().putUntagged(image.buildId(), descriptor, now);
        }
    }

    private BuildOptions.MediaTypeFamily family(StageSnapshot files) {
        if (options.mediaTypes() != null) {
            return options.mediaTypes();
        }
        boolean docker = files.base() != null
                && MediaTypes.isDocker(files.base().raw().mediaType())
                && options.compression() != Compression.ZSTD;
        return docker ? BuildOptions.MediaTypeFamily.DOCKER : BuildOptions.MediaTypeFamily.OCI;
    }

    /** Docker's types have no zstd, so an image with such layers is written with those of the OCI throughout. */
    private boolean converts() {
        return options.mediaTypes() != null || options.compression() == Compression.ZSTD;
    }

    /**
     * The planned history with times, and an entry for each layer of a base image that says nothing of it. An entry has the time
     * at which its layer was made, be it in an earlier build, and one without a layer that of the entry before: so a build that
     * changes nothing makes the same image again.
     */
    private List<History> history(ImageConfig planned, StageSnapshot files, StepCache cache, Instant now) {
        List<History> all = planned.history() == null ? List.of() : planned.history();
        List<History> base = files.base() == null || files.base().config().history() == null
                ? List.of()
                : files.base().config().history();
        List<History> history = new ArrayList<>(base);
        long told = base.stream().filter(History::madeLayer).count();
        for (long i = told; i < files.baseLayers().size(); i++) {
            history.add(new History(null, null, null, "layer of the base image", null));
        }
        String time = created(files, now);
        Iterator<LayerBlob> added = files.added().iterator();
        for (History entry : all.subList(base.size(), all.size())) {
            if (entry.madeLayer() && added.hasNext()) {
                time = cache.created(added.next(), now).toString();
            }
            String at = options.timestamp() == null ? time : now.toString();
            history.add(new History(at, entry.createdBy(), entry.author(), entry.comment(), entry.emptyLayer()));
        }
        return history;
    }

    /** When the files were made that this build began with. */
    private static String created(StageSnapshot files, Instant now) {
        String base = files.base() == null ? null : files.base().config().created();
        return base == null ? now.toString() : base;
    }

    private static List<BuildResult.Layer> layers(
            RawManifest raw, StageSnapshot files, List<History> history, StepCache cache) {
        Iterator<History> makers = history.stream().filter(History::madeLayer).iterator();
        List<Descriptor> descriptors = raw.manifest().layers();
        List<LayerBlob> blobs = files.layers();
        List<BuildResult.Layer> layers = new ArrayList<>();
        for (int i = 0; i < blobs.size(); i++) {
            boolean base = i < files.baseLayers().size();
            layers.add(new BuildResult.Layer(
                    blobs.get(i).descriptor().digest(),
                    blobs.get(i).diffId(),
                    descriptors.get(i).mediaType(),
                    descriptors.get(i).size(),
                    blobs.get(i).uncompressedSize(),
                    makers.hasNext() ? makers.next().createdBy() : null,
                    !base && cache.isCached(blobs.get(i)),
                    base));
        }
        return layers;
    }
}
