package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.store.CachedStep;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.store.ImportedCache;
import io.jenkins.plugins.windowsimage.engine.store.InstructionCache;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The steps that need not be carried out: those that this machine remembers, and those that other machines exported. Also keeps
 * what this build used, for its own export. Thread-safe.
 */
final class StepCache {
    private final InstructionCache local;
    private final ContentStore store;
    private final List<ImportedCache> imported;
    private final boolean disabled;
    private final BuildJournal journal;
    private final SortedMap<Digest, CachedStep> used = new TreeMap<>();
    private final Map<Digest, CachedStep> steps = new HashMap<>();
    private final Set<Digest> cachedLayers = new HashSet<>();
    private final Map<Digest, Instant> created = new HashMap<>();

    /**
     * @param disabled whether every step is carried out; what it makes is remembered nevertheless
     */
    StepCache(InstructionCache local, ContentStore store, List<ImportedCache> imported, boolean disabled, BuildJournal journal) {
        this.local = local;
        this.store = store;
        this.imported = List.copyOf(imported);
        this.disabled = disabled;
        this.journal = journal;
    }

    /** What the instruction with this key made; its layer is in the store then. */
    Optional<LayerBlob> find(Digest key) throws IOException {
        if (disabled) {
            return Optional.empty();
        }
        Optional<CachedStep> step = local.find(key, store);
        for (ImportedCache cache : imported) {
            if (step.isEmpty()) {
                step = findImported(cache, key);
            }
        }
        step.ifPresent(known -> remember(key, known));
        return step.map(known -> new LayerBlob(known.layer(), known.diffId(), known.uncompressedSize()));
    }

    /**
     * Whether a step may be known of which this is all of the key but the contents of its files. Caches of others only say what
     * they hold by whole keys.
     */
    boolean knowsOutline(Digest outline) throws IOException {
        return !disabled && (!imported.isEmpty() || local.find(outline, store).isPresent());
    }

    /** Notes that there is a step with this outline, for later builds. */
    void putOutline(Digest outline) throws IOException {
        if (local.find(outline, store).isEmpty()) {
            local.put(outline, CachedStep.withoutLayer(Instant.now()));
        }
    }

    /** A cache is there to save time; one that fails costs some, and no more. */
    private Optional<CachedStep> findImported(ImportedCache cache, Digest key) {
        try {
            return cache.find(key, store);
        } catch (IOException | EngineException e) {
            journal.warn("CacheUnusable", "a cached step cannot be fetched, so it is carried out: " + e.getMessage(), null);
            return Optional.empty();
        }
    }

    void put(Digest key, CachedStep step) throws IOException {
        local.put(key, step);
        remember(key, step);
    }

    private synchronized void remember(Digest key, CachedStep step) {
        steps.put(key, step);
    }

    /** Notes that a step of this build has this key. */
    synchronized void used(Digest key, LayerBlob layer, boolean cached) {
        CachedStep step = steps.get(key);
        if (step != null) {
            used.put(key, step);
            created.put(layer.descriptor().digest(), Instant.parse(step.created()));
        }
        if (cached) {
            cachedLayers.add(layer.descriptor().digest());
        }
    }

    /** The steps of this build. */
    synchronized SortedMap<Digest, CachedStep> used() {
        return new TreeMap<>(used);
    }

    /** When a layer of this build was made, be it in an earlier build. */
    synchronized Instant created(LayerBlob layer, Instant otherwise) {
        return created.getOrDefault(layer.descriptor().digest(), otherwise);
    }

    /** Whether this build took the layer from a cache. */
    synchronized boolean isCached(LayerBlob layer) {
        return cachedLayers.contains(layer.descriptor().digest());
    }
}
