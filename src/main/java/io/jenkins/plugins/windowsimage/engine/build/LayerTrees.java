package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTree;
import io.jenkins.plugins.windowsimage.engine.layer.ReadLimits;
import io.jenkins.plugins.windowsimage.engine.layer.TarLayout;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/**
 * The merged files of stages and images. Layers of base images are fetched when their files are first asked for. A base layer that
 * nobody can read is left out with a warning (docs/decisions/003). Thread-safe.
 */
final class LayerTrees {
    private final Engine engine;
    private final ExecutorService workers;
    private final Cancellation cancellation;
    private final BuildJournal journal;
    private final Map<Digest, LayerTree> open = new ConcurrentHashMap<>();
    /** Why the tree of a chain lacks the files of a layer. */
    private final Map<Digest, EngineException> lacking = new ConcurrentHashMap<>();

    LayerTrees(Engine engine, ExecutorService workers, Cancellation cancellation, BuildJournal journal) {
        this.engine = engine;
        this.workers = workers;
        this.cancellation = cancellation;
        this.journal = journal;
    }

    /** The files of a stage as they are now. */
    LayerTree of(StageSnapshot snapshot) throws IOException {
        Digest chain = snapshot.chain();
        LayerTree known = open.get(chain);
        if (known == null) {
            known = read(snapshot);
            open.put(chain, known);
        }
        return known;
    }

    /**
     * The files of a stage as something to copy from, where a layer that is left out would mean files that are left out.
     *
     * @throws EngineException if one is
     */
    LayerTree whole(StageSnapshot snapshot) throws IOException {
        LayerTree tree = of(snapshot);
        EngineException why = lacking.get(snapshot.chain());
        if (why != null) {
            throw new EngineException(why.kind(), "not all files of " + snapshot.base().name() + " are known: " + why.getMessage(),
                    why.hint(), why);
        }
        return tree;
    }

    private LayerTree read(StageSnapshot snapshot) throws IOException {
        TarLayout layout = snapshot.base() == null || snapshot.base().config().os().equals("windows")
                ? TarLayout.WINDOWS
                : TarLayout.PLAIN;
        List<LayerBlob> base = new ArrayList<>();
        for (LayerBlob layer : snapshot.baseLayers()) {
            if (fetch(snapshot, layer)) {
                base.add(layer);
            }
        }
        List<LayerBlob> all = new ArrayList<>(base);
        all.addAll(snapshot.added());
        try {
            return open(all, layout);
        } catch (EngineException e) {
            if (e.kind() != ErrorKind.TAR_EXTRACT_FAILED) {
                throw e;
            }
            return openReadable(snapshot, base, layout, e);
        }
    }

    private boolean fetch(StageSnapshot snapshot, LayerBlob layer) throws IOException {
        try {
            snapshot.base().fetcher().fetch(List.of(layer.descriptor()));
            return true;
        } catch (EngineException e) {
            if (!MediaTypes.isForeignLayer(layer.descriptor().mediaType()) || e.kind() == ErrorKind.CANCELLED) {
                throw e;
            }
            unknown(snapshot, layer, e);
            return false;
        }
    }

    private LayerTree openReadable(StageSnapshot snapshot, List<LayerBlob> base, TarLayout layout, EngineException first)
            throws IOException {
        List<LayerBlob> readable = new ArrayList<>();
        for (LayerBlob layer : base) {
            try {
                open(List.of(layer), layout);
                readable.add(layer);
            } catch (EngineException e) {
                if (e.kind() != ErrorKind.TAR_EXTRACT_FAILED) {
                    throw e;
                }
                unknown(snapshot, layer, e);
            }
        }
        if (readable.size() == base.size()) {
            throw first;
        }
        readable.addAll(snapshot.added());
        return open(readable, layout);
    }

    private LayerTree open(List<LayerBlob> layers, TarLayout layout) throws IOException {
        return LayerTree.open(
                engine.store(), layers, layout, engine.root().indexes(), ReadLimits.DEFAULT, workers, cancellation);
    }

    private void unknown(StageSnapshot snapshot, LayerBlob layer, EngineException why) {
        lacking.putIfAbsent(snapshot.chain(), why);
        journal.warn(
                "UnknownBaseLayer",
                "the files in the layer " + layer.descriptor().digest().shortHex() + " of " + snapshot.base().name()
                        + " are taken as unknown: " + why.getMessage(),
                null);
    }
}
