package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePuller;
import io.jenkins.plugins.windowsimage.engine.registry.RepositoryName;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import io.jenkins.plugins.windowsimage.engine.store.CacheManifest;
import io.jenkins.plugins.windowsimage.engine.store.ImageCopy;
import io.jenkins.plugins.windowsimage.engine.store.ImportedCache;
import io.jenkins.plugins.windowsimage.engine.store.InstructionCache;
import io.jenkins.plugins.windowsimage.engine.store.OciLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens the caches that a build may take steps from. A cache that cannot be read is left out with a warning. */
final class CacheImports {
    private CacheImports() {}

    static StepCache open(Engine engine, BuildOptions options, BuildJournal journal) throws IOException {
        InstructionCache local = new InstructionCache(engine.root());
        List<ImportedCache> imported = new ArrayList<>();
        if (!options.noCache()) {
            for (BuildOptions.CacheLocation location : options.cacheFrom()) {
                try {
                    open(engine, location, local).ifPresent(imported::add);
                } catch (IOException | IllegalArgumentException | EngineException e) {
                    if (e instanceof EngineException failure && failure.kind() == ErrorKind.CANCELLED) {
                        throw failure;
                    }
                    journal.warn("CacheUnusable", "no steps are taken from the cache "
                            + (location.directory() == null ? location.reference() : location.directory()) + ": "
                            + e.getMessage(), null);
                }
            }
        }
        return new StepCache(local, engine.store(), imported, options.noCache(), options.layerCompression(), journal);
    }

    private static Optional<ImportedCache> open(Engine engine, BuildOptions.CacheLocation location, InstructionCache local)
            throws IOException {
        return location.directory() != null
                ? Optional.of(ofDirectory(location, local))
                : ofRegistry(engine, location.reference(), local);
    }

    private static ImportedCache ofDirectory(BuildOptions.CacheLocation location, InstructionCache local) throws IOException {
        CacheManifest manifest;
        try (OciLayout layout = OciLayout.open(location.directory())) {
            manifest = CacheManifest.read(layout);
        }
        return new ImportedCache(
                manifest,
                (layer, store) -> {
                    try (OciLayout layout = OciLayout.open(location.directory())) {
                        ImageCopy.blob(layer, layout, store);
                    }
                },
                local);
    }

    /** The artifact of an exported cache, or an image that carries its steps inline. */
    private static Optional<ImportedCache> ofRegistry(Engine engine, ImageReference reference, InstructionCache local)
            throws IOException {
        ImagePuller puller = new ImagePuller(
                engine.registry(), engine.store(), engine.registryOptions(), engine.cancellation(), TransferProgress.NONE);
        RepositoryName repository = RepositoryName.of(reference);
        RawManifest raw = puller.manifest(reference);
        if (raw.isIndex()) {
            throw new IllegalArgumentException("it is an index of images, not a cache");
        }
        Manifest manifest = raw.manifest();
        Optional<CacheManifest> steps;
        if (manifest.config().mediaType().equals(CacheManifest.CONFIG_TYPE)) {
            puller.fetch(repository, List.of(manifest.config()));
            steps = Optional.of(CacheManifest.read(engine.store(), raw.descriptor()));
        } else {
            steps = CacheManifest.inline(raw);
        }
        return steps.map(cache -> new ImportedCache(cache, (layer, store) -> puller.fetch(repository, List.of(layer)), local));
    }
}
