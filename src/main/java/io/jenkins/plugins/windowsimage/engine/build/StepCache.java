package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerCompression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerWriter;
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
 * what this build used, for its own export. The same step may be known in the compression of the image and uncompressed
 * (docs/decisions/012). Thread-safe.
 */
final class StepCache {
    private static final LayerCompression PLAIN = LayerCompression.of(Compression.NONE);

    private final InstructionCache local;
    private final ContentStore store;
    private final List<ImportedCache> imported;
    private final boolean disabled;
    private final LayerCompression ofImage;
    private final BuildJournal journal;
    private final SortedMap<Digest, CachedStep> used = new TreeMap<>();
    private final Map<Digest, CachedStep> steps = new HashMap<>();
    private final Set<Digest> cachedLayers = new HashSet<>();
    private final Map<Digest, Instant> created = new HashMap<>();

    /**
     * @param disabled whether every step is carried out; what it makes is remembered nevertheless
     * @param ofImage how the layers of the image are compressed
     */
    StepCache(InstructionCache local, ContentStore store, List<ImportedCache> imported, boolean disabled, LayerCompression ofImage,
            BuildJournal journal) {
        this.local = local;
        this.store = store;
        this.imported = List.copyOf(imported);
        this.disabled = disabled;
        this.ofImage = ofImage;
        this.journal = journal;
    }

    /**
     * What a step made; its layer is in the store then.
     *
     * @param step digest of all that decides the files of its layer
     * @param writer has the compression that the layer is wanted in; where the store has no other than the plain layer, it compresses
     *     that one, and where a plain layer is wanted, a compressed one will do
     */
    Optional<LayerBlob> find(Digest step, LayerWriter writer) throws IOException {
        if (disabled) {
            return Optional.empty();
        }
        Digest key = key(step, writer.compression());
        Optional<CachedStep> known = find(key);
        if (known.isEmpty()) {
            known = findOther(step, writer);
        }
        known.ifPresent(found -> remember(key, found));
        return known.map(StepCache::layer);
    }

    private Optional<CachedStep> findOther(Digest step, LayerWriter writer) throws IOException {
        if (writer.compression().equals(PLAIN)) {
            return find(key(step, ofImage));
        }
        Optional<CachedStep> plain = find(key(step, PLAIN));
        if (plain.isEmpty()) {
            return plain;
        }
        LayerBlob compressed = writer.compress(layer(plain.get()));
        return Optional.of(put(step, writer.compression(), compressed, Instant.parse(plain.get().created())));
    }

    private Optional<CachedStep> find(Digest key) throws IOException {
        Optional<CachedStep> step = local.find(key, store);
        for (ImportedCache cache : imported) {
            if (step.isEmpty()) {
                step = findImported(cache, key);
            }
        }
        return step;
    }

    private static LayerBlob layer(CachedStep step) {
        return new LayerBlob(step.layer(), step.diffId(), step.uncompressedSize());
    }

    private static Digest key(Digest step, LayerCompression compression) {
        return new CacheKeys().add(step).add(compression.type()).add(compression.level()).key();
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

    /** Remembers the layer that a step made at this time, in this compression. */
    CachedStep put(Digest step, LayerCompression compression, LayerBlob layer, Instant created) throws IOException {
        Digest key = key(step, compression);
        CachedStep made = CachedStep.of(layer.descriptor(), layer.diffId(), layer.uncompressedSize(), created);
        local.put(key, made);
        remember(key, made);
        return made;
    }

    private synchronized void remember(Digest key, CachedStep step) {
        steps.put(key, step);
    }

    /** Notes that this build has this step, with its layer in this compression. */
    synchronized void used(Digest step, LayerCompression compression, LayerBlob layer, boolean cached) {
        Digest key = key(step, compression);
        CachedStep made = steps.get(key);
        if (made != null) {
            used.put(key, made);
            created.put(layer.descriptor().digest(), Instant.parse(made.created()));
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
