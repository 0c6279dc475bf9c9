package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects images under one index, each with the platform and the Windows version that its config states; an image that
 * is added twice is listed once. Not thread-safe.
 */
public final class IndexComposer {
    private final Map<Digest, Descriptor> entries = new LinkedHashMap<>();
    private final List<PulledImage> pulled = new ArrayList<>();

    /** Adds an image that is at hand. */
    public IndexComposer add(RawManifest image, ImageConfig config) {
        entries.putIfAbsent(image.digest(), image.descriptor().withPlatform(config.platform()));
        return this;
    }

    /**
     * Adds the image, or all images of the index, that a reference names in a registry; only manifests and configs are
     * fetched.
     */
    public IndexComposer add(ImageReference reference, ImagePuller puller) {
        add(reference, puller.manifest(reference), null, puller);
        return this;
    }

    private void add(ImageReference reference, RawManifest raw, Platform stated, ImagePuller puller) {
        if (raw.isIndex()) {
            for (Descriptor entry : raw.index().manifests()) {
                RawManifest child = puller.manifest(reference.withDigest(entry.digest()));
                add(reference, child, entry.platform(), puller);
            }
            return;
        }
        PulledImage image = puller.read(reference, raw, raw);
        Platform platform = stated == null ? image.config().platform() : stated;
        entries.putIfAbsent(raw.digest(), raw.descriptor().withPlatform(platform));
        pulled.add(image);
    }

    /** The images that came from registries, so that their layers are known to be there. */
    public List<PulledImage> pulled() {
        return List.copyOf(pulled);
    }

    /**
     * The index of what was added.
     *
     * @param mediaType {@link io.jenkins.plugins.windowsimage.engine.image.MediaTypes#OCI_INDEX} or {@code DOCKER_LIST}
     */
    public RawManifest index(String mediaType) {
        return RawManifest.of(ImageIndex.of(mediaType, List.copyOf(entries.values())));
    }
}
