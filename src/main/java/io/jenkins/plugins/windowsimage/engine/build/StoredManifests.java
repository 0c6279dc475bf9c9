package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.store.ImageGraph;
import java.io.IOException;

/** Reads manifests and configs out of a content store. Thread-safe. */
public final class StoredManifests {
    private final ContentStore store;
    private final ImageGraph graph;

    public StoredManifests(ContentStore store) {
        this.store = store;
        this.graph = new ImageGraph(store);
    }

    /** The manifest or index that a descriptor names. */
    public RawManifest manifest(Descriptor descriptor) {
        try {
            return graph.manifest(descriptor);
        } catch (IOException e) {
            throw unreadable(descriptor, e);
        }
    }

    /** The config of the image with this manifest. */
    public ImageConfig config(Manifest manifest) {
        try {
            return ImageConfig.parse(graph.content(manifest.config()));
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(manifest.config(), e);
        }
    }

    /** Whether manifest and config, and for an index those of all its images, are here. */
    public boolean isReadable(Descriptor descriptor) {
        if (!store.contains(descriptor.digest())) {
            return false;
        }
        RawManifest raw = manifest(descriptor);
        return raw.isIndex()
                ? raw.index().manifests().stream().allMatch(this::isReadable)
                : store.contains(raw.manifest().config().digest());
    }

    private static EngineException unreadable(Descriptor descriptor, Exception cause) {
        return new EngineException(
                ErrorKind.IO_ERROR, descriptor.digest() + " cannot be read from the store: " + cause.getMessage(), cause);
    }
}
