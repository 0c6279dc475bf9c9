package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.List;

/**
 * One image that a reference led to. Its manifests and its config are in the content store; its layers are where {@link
 * #source()} says, until {@link ImagePuller#fetchLayers} brings them.
 *
 * @param reference what was asked for
 * @param root what the reference names: an index, or the image itself
 * @param raw the image's manifest
 * @param manifest the same, parsed
 * @param config the image's config
 */
public record PulledImage(
        ImageReference reference, RawManifest root, RawManifest raw, Manifest manifest, ImageConfig config) {

    /** Digest of the image itself, not of the index that it was chosen from. */
    public Digest digest() {
        return raw.digest();
    }

    /** Where the layers are. */
    public RepositoryName source() {
        return RepositoryName.of(reference);
    }

    public List<Descriptor> layers() {
        return manifest.layers();
    }
}
