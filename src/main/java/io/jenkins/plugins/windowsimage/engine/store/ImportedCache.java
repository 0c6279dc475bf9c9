package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.util.Optional;

/**
 * Cached steps of another machine. A step's layer is fetched when the step is wanted, and counts only if it really
 * holds the tar that the step names; then the step is remembered in the cache of this machine. Thread-safe if the
 * fetcher is.
 */
public final class ImportedCache {
    private final CacheManifest manifest;
    private final Fetcher fetcher;
    private final InstructionCache local;

    /** Brings a layer into a store, verified; does nothing if it is there. */
    @FunctionalInterface
    public interface Fetcher {
        void fetch(Descriptor layer, ContentStore store) throws IOException;
    }

    /** @param local remembers the steps that were used */
    public ImportedCache(CacheManifest manifest, Fetcher fetcher, InstructionCache local) {
        this.manifest = manifest;
        this.fetcher = fetcher;
        this.local = local;
    }

    /** The cache of a directory, which must stay open. */
    public static ImportedCache of(OciLayout directory, InstructionCache local) throws IOException {
        return new ImportedCache(
                CacheManifest.read(directory), (layer, store) -> ImageCopy.blob(layer, directory, store), local);
    }

    /**
     * What the instruction with this key made; its layer is in the store then. Empty if the cache does not know the
     * instruction, or says something about it that is not true.
     *
     * @throws IOException if the layer cannot be fetched
     * @throws EngineException likewise, or if the store cannot be written
     */
    public Optional<CachedStep> find(Digest key, ContentStore store) throws IOException {
        CachedStep step = manifest.steps().get(key);
        if (step == null) {
            return Optional.empty();
        }
        if (step.layer() != null) {
            fetcher.fetch(step.layer(), store);
            if (!store.contains(step.layer()) || !holdsItsTar(step, store)) {
                return Optional.empty();
            }
        }
        local.put(key, step);
        return Optional.of(step);
    }

    private static boolean holdsItsTar(CachedStep step, ContentStore store) {
        try {
            LayerContent.Measure measure = LayerContent.measure(store, step.layer(), step.uncompressedSize());
            return measure.diffId().equals(step.diffId()) && measure.size() == step.uncompressedSize();
        } catch (IOException e) {
            // Longer than it was said to be, or no valid compression.
            return false;
        }
    }
}
