package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a stage after some of its steps: a stack of layers. Immutable.
 *
 * @param base what it starts from; null for {@code FROM scratch}
 * @param baseLayers layers that come with the base image
 * @param added layers that the build made or took from the cache
 */
record StageSnapshot(BaseImage base, List<LayerBlob> baseLayers, List<LayerBlob> added) {

    StageSnapshot {
        baseLayers = List.copyOf(baseLayers);
        added = List.copyOf(added);
    }

    static StageSnapshot of(BaseImage base) {
        return new StageSnapshot(base, base == null ? List.of() : base.layers(), List.of());
    }

    StageSnapshot plus(LayerBlob layer) {
        List<LayerBlob> more = new ArrayList<>(added);
        more.add(layer);
        return new StageSnapshot(base, baseLayers, more);
    }

    /** All layers, base layer first. */
    List<LayerBlob> layers() {
        List<LayerBlob> all = new ArrayList<>(baseLayers);
        all.addAll(added);
        return all;
    }

    /** One digest for the whole stack: the digest of the diff ids in order. Equal stacks hold equal files. */
    Digest chain() {
        StringBuilder ids = new StringBuilder();
        layers().forEach(layer -> ids.append(layer.diffId()).append('\n'));
        return Digest.of(ids.toString());
    }
}
