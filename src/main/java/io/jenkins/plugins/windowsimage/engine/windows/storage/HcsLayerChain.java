package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.Scratch;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Unpacked layers whose locks are shared until this is closed. */
final class HcsLayerChain implements LayerChain {
    private final StorageParts parts;
    private final List<ReadOnlyLayer> parents;
    private final Closeable locks;

    /** @param parents immediate parent first */
    HcsLayerChain(StorageParts parts, List<ReadOnlyLayer> parents, Closeable locks) {
        this.parts = parts;
        this.parents = List.copyOf(parents);
        this.locks = locks;
    }

    @Override
    public List<ReadOnlyLayer> parents() {
        return parents;
    }

    @Override
    public Scratch createScratch(long bytes) throws IOException {
        return HcsScratch.create(parts, parents, bytes);
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }
}
