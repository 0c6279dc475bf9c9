package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.PruneOptions;
import io.jenkins.plugins.windowsimage.engine.store.PruneReport;
import io.jenkins.plugins.windowsimage.engine.store.RunCaches;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes what RUN keeps between builds besides the content of the store: unpacked layers that no image has, and the directories of cache
 * mounts. Never what a running build uses. For one thread.
 */
public final class RunPruner {
    private final Engine engine;
    private final Optional<LayerCollector> layers;
    private final List<PruneReport.Removed> removed = new ArrayList<>();
    private long remaining;

    /**
     * @param layers what removes unpacked layers; empty where there are none
     */
    public RunPruner(Engine engine, Optional<LayerCollector> layers) {
        this.engine = engine;
        this.layers = layers;
    }

    /**
     * Removes what the options allow, the longest unused first, until all is as small as they ask.
     *
     * @param store what became of the store with the same options
     * @return what went altogether
     */
    public PruneReport prune(PruneOptions options, PruneReport store) throws IOException {
        RunCaches caches = new RunCaches(engine.root());
        List<RunCaches.Stored> stored = caches.list();
        removed.clear();
        removed.addAll(store.removed());
        remaining = store.remainingBytes() + stored.stream().mapToLong(RunCaches.Stored::bytes).sum();
        long before = remaining;
        if (layers.isPresent()) {
            before += pruneLayers(layers.get(), options, needed(store));
        }
        for (RunCaches.Stored cache : stored) {
            if (options.allow(cache.lastUsed(), remaining) && caches.remove(cache, options.dryRun())) {
                went(PruneReport.Kind.RUN_CACHE, cache.name(), cache.bytes());
            }
        }
        return new PruneReport(removed, store.freedBytes() + before - remaining, remaining);
    }

    /** Returns how much all unpacked layers took. */
    private long pruneLayers(LayerCollector collector, PruneOptions options, Set<Digest> needed) throws IOException {
        long bytes = collector.list().stream().mapToLong(LayerCollector.Unpacked::bytes).sum();
        remaining += bytes;
        Set<String> chosen = new HashSet<>();
        long left = remaining;
        for (LayerCollector.Unpacked layer : collector.list()) {
            if (!needed.contains(layer.diffId()) && options.allow(layer.lastUsed(), left)) {
                chosen.add(layer.name());
                left -= layer.bytes();
            }
        }
        collector.collect(layer -> chosen.contains(layer.name()), options.dryRun())
                .forEach(layer -> went(PruneReport.Kind.UNPACKED_LAYER, layer.name(), layer.bytes()));
        return bytes;
    }

    private void went(PruneReport.Kind kind, String name, long bytes) {
        removed.add(new PruneReport.Removed(kind, name, bytes));
        remaining -= bytes;
    }

    /** The layers of all images that stay. */
    private Set<Digest> needed(PruneReport store) throws IOException {
        Set<String> gone = new HashSet<>();
        store.removed().stream()
                .filter(each -> each.kind() == PruneReport.Kind.IMAGE)
                .forEach(each -> gone.add(each.name()));
        Set<Digest> diffIds = new HashSet<>();
        for (StoredImage image : engine.names().list()) {
            if (!gone.contains(image.name() == null ? image.buildId() : image.name())) {
                collect(image.descriptor(), diffIds);
            }
        }
        return diffIds;
    }

    private void collect(Descriptor image, Set<Digest> diffIds) {
        StoredManifests manifests = new StoredManifests(engine.store());
        if (!engine.store().contains(image.digest())) {
            return;
        }
        try {
            RawManifest raw = manifests.manifest(image);
            if (raw.isIndex()) {
                raw.index().manifests().forEach(entry -> collect(entry, diffIds));
            } else if (engine.store().contains(raw.manifest().config().digest())) {
                diffIds.addAll(manifests.config(raw.manifest()).rootfs().diffIds());
            }
        } catch (EngineException | IllegalArgumentException e) {
            // Damaged: fsck tells so, and what it would need has to come anew anyway.
        }
    }
}
