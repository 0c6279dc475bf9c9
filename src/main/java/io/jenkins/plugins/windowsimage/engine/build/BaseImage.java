package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import java.util.ArrayList;
import java.util.List;

/**
 * An image that stages start from or copy from. Its manifest and config are in the store; its layers are fetched when somebody
 * reads them.
 *
 * @param name as the Dockerfile has it
 * @param raw manifest of the image itself, not of an index it was chosen from
 * @param layers base layer first
 * @param fetcher brings layers into the store
 */
record BaseImage(String name, RawManifest raw, ImageConfig config, List<LayerBlob> layers, LayerFetcher fetcher) {

    /** Brings layers into the store that it lacks. */
    @FunctionalInterface
    interface LayerFetcher {
        void fetch(List<Descriptor> layers) throws java.io.IOException;
    }

    /**
     * @throws IllegalArgumentException with a sentence if manifest and config do not fit together
     */
    static BaseImage of(String name, RawManifest raw, ImageConfig config, LayerFetcher fetcher) {
        Manifest manifest = raw.manifest();
        if (manifest.layers().size() != config.rootfs().diffIds().size()) {
            throw new IllegalArgumentException(name + " is damaged: its manifest lists " + manifest.layers().size()
                    + " layers, its config " + config.rootfs().diffIds().size());
        }
        List<LayerBlob> layers = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            layers.add(new LayerBlob(
                    manifest.layers().get(i), config.rootfs().diffIds().get(i), -1));
        }
        return new BaseImage(name, raw, config, List.copyOf(layers), fetcher);
    }
}
