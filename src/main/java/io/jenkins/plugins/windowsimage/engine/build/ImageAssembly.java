package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.History;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.image.RootFs;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Puts config and manifest of an image into the store. Immutable. */
final class ImageAssembly {
    private final ContentStore store;
    private final BuildOptions.MediaTypeFamily family;
    private final boolean converts;

    /**
     * @param family of the image's media types
     * @param converts whether the layers of the base get media types of that family too; otherwise they keep theirs
     */
    ImageAssembly(ContentStore store, BuildOptions.MediaTypeFamily family, boolean converts) {
        this.store = store;
        this.family = family;
        this.converts = converts;
    }

    /**
     * Writes an image.
     *
     * @param planned the config without layers and times; its history ends with the entries of this build
     * @param base layers that come with the base image
     * @param added layers that this build made or took from the cache
     * @param history of the base image and of this build, whose entries for layers match the layers
     * @param created when the image was made
     * @param annotations of the manifest that are made of its layers; null for none
     */
    RawManifest write(
            ImageConfig planned,
            List<LayerBlob> base,
            List<LayerBlob> added,
            List<History> history,
            Instant created,
            Function<List<Descriptor>, Map<String, String>> annotations)
            throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (LayerBlob layer : base) {
            layers.add(converts ? converted(layer.descriptor()) : layer.descriptor());
            diffIds.add(layer.diffId());
        }
        for (LayerBlob layer : added) {
            layers.add(converted(layer.descriptor()));
            diffIds.add(layer.diffId());
        }
        byte[] config = ImageJson.write(planned.withLayers(new RootFs("layers", diffIds), history).withCreated(created.toString()));
        ContentWriting.write(store, config);
        boolean docker = family == BuildOptions.MediaTypeFamily.DOCKER;
        Manifest manifest = new Manifest(
                2,
                docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST,
                null,
                Descriptor.of(docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG, config),
                layers,
                null,
                annotations == null ? null : annotations.apply(layers));
        RawManifest raw = RawManifest.of(manifest);
        ContentWriting.write(store, raw.bytes());
        return raw;
    }

    /** Foreign layers keep their media type: it is what tells registries and hosts not to expect them. */
    private Descriptor converted(Descriptor layer) {
        if (MediaTypes.isForeignLayer(layer.mediaType())) {
            return layer;
        }
        return layer.withMediaType(family == BuildOptions.MediaTypeFamily.DOCKER ? docker(layer.mediaType()) : oci(layer.mediaType()));
    }

    private static String docker(String mediaType) {
        return switch (mediaType) {
            case MediaTypes.OCI_LAYER_GZIP -> MediaTypes.DOCKER_LAYER_GZIP;
            case MediaTypes.OCI_LAYER -> MediaTypes.DOCKER_LAYER;
            default -> mediaType;
        };
    }

    private static String oci(String mediaType) {
        return switch (mediaType) {
            case MediaTypes.DOCKER_LAYER_GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case MediaTypes.DOCKER_LAYER -> MediaTypes.OCI_LAYER;
            default -> mediaType;
        };
    }
}
