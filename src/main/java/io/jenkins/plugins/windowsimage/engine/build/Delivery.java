package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePusher;
import io.jenkins.plugins.windowsimage.engine.registry.PushResult;
import io.jenkins.plugins.windowsimage.engine.registry.StoredContent;
import io.jenkins.plugins.windowsimage.engine.store.BlobSource;
import io.jenkins.plugins.windowsimage.engine.store.CacheManifest;
import io.jenkins.plugins.windowsimage.engine.store.CachedStep;
import io.jenkins.plugins.windowsimage.engine.store.CancellableBlobs;
import io.jenkins.plugins.windowsimage.engine.store.DockerArchiveWriter;
import io.jenkins.plugins.windowsimage.engine.store.OciLayoutWriter;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import io.jenkins.plugins.windowsimage.engine.store.StoredReferrers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Brings a finished image where the user wants it: into files, registries and caches. */
final class Delivery {
    private final Engine engine;
    private final BuildOptions options;
    private final BuildJournal journal;
    private final Cancellation cancellation;

    Delivery(Engine engine, BuildOptions options, BuildJournal journal, Cancellation cancellation) {
        this.engine = engine;
        this.options = options;
        this.journal = journal;
        this.cancellation = cancellation;
    }

    void deliver(BuiltImage image) throws IOException {
        if (!options.outputs().isEmpty()) {
            fetchBase(image, false);
        }
        for (BuildOptions.OutputTarget output : options.outputs()) {
            cancellation.check();
            write(image, output);
        }
        if (options.push()) {
            cancellation.check();
            push(image);
        }
        for (BuildOptions.CacheLocation location : options.cacheTo()) {
            cancellation.check();
            exportCache(location.all() ? image.cache().used() : stepsOf(image), location);
        }
    }

    /**
     * Fetches layers of the base that are not here.
     *
     * @param onlyHidden only those that no registry is known to have
     */
    private void fetchBase(BuiltImage image, boolean onlyHidden) throws IOException {
        BaseImage base = image.files().base();
        if (base == null) {
            return;
        }
        StoredContent content = onlyHidden ? LayerOrigins.content(engine) : null;
        for (Descriptor layer : base.raw().manifest().layers()) {
            if (engine.store().contains(layer.digest()) || (onlyHidden && !content.origins(layer).isEmpty())) {
                continue;
            }
            try {
                base.fetcher().fetch(List.of(layer));
            } catch (IOException | EngineException e) {
                // A foreign layer stays where it is, and its descriptor says where that is.
                if (!MediaTypes.isForeignLayer(layer.mediaType()) || cancellation.isRequested()) {
                    throw e;
                }
            }
        }
    }

    private void write(BuiltImage image, BuildOptions.OutputTarget output) throws IOException {
        Descriptor root = image.raw().descriptor();
        List<Descriptor> referrers = new StoredReferrers(engine.root()).of(root.digest());
        BlobSource blobs = new CancellableBlobs(engine.store(), cancellation);
        OciLayoutWriter layouts = new OciLayoutWriter(blobs);
        switch (output.type()) {
            case OCI_DIRECTORY -> layouts.directory(output.destination(), root, options.tags(), referrers);
            case OCI_TAR -> layouts.tar(output.destination(), root, options.tags(), referrers);
            case DOCKER_TAR -> new DockerArchiveWriter(blobs).write(output.destination(), root, options.tags());
        }
    }

    private void push(BuiltImage image) throws IOException {
        fetchBase(image, true);
        ImagePusher pusher = pusher(options.tags().get(0));
        PushResult result = pusher.push(image.raw(), LayerOrigins.content(engine), options.tags());
        result.pushed().forEach(pushed -> journal.pushed(pushed.reference().toString(), pushed.digest()));
        for (ImageReference tag : options.tags()) {
            // Another build may have taken the name since.
            Optional<StoredImage> named = engine.names().find(tag)
                    .filter(known -> known.descriptor().digest().equals(image.raw().digest()));
            if (named.isPresent()) {
                LayerOrigins.putPushed(engine, named.get(), result);
            }
        }
        journal.uploaded(result.uploadedBytes());
        journal.uploaded(new ReferrerPush(engine).push(image.raw(), options.tags(), pusher));
    }

    private ImagePusher pusher(ImageReference name) {
        return new ImagePusher(engine.registry(), engine.registryOptions(), cancellation,
                new TransferEvents(journal::on, "push", name.name()), false);
    }

    /** The steps whose layers are part of the image. */
    private static SortedMap<Digest, CachedStep> stepsOf(BuiltImage image) {
        Set<Digest> layers = image.files().added().stream().map(layer -> layer.descriptor().digest()).collect(Collectors.toSet());
        SortedMap<Digest, CachedStep> steps = image.cache().used();
        steps.values().removeIf(step -> !layers.contains(step.layer().digest()));
        return steps;
    }

    private void exportCache(SortedMap<Digest, CachedStep> steps, BuildOptions.CacheLocation location) throws IOException {
        CacheManifest manifest = new CacheManifest(steps);
        if (location.directory() != null) {
            manifest.writeTo(location.directory(), engine.store(), cancellation);
            return;
        }
        Descriptor artifact = manifest.write(engine.store());
        try {
            pusher(location.reference()).push(
                    new StoredManifests(engine.store()).manifest(artifact),
                    LayerOrigins.content(engine),
                    List.of(location.reference()));
        } catch (EngineException e) {
            if (e.kind() == ErrorKind.CANCELLED) {
                throw e;
            }
            journal.warn("CacheNotExported", "the cache was not exported: " + e.getMessage(), null);
        }
    }
}
