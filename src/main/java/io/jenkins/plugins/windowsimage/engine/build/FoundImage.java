package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePuller;
import io.jenkins.plugins.windowsimage.engine.registry.PulledImage;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryException;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a person means by the name of an image: one in the store, or else one in a registry, whose manifests and configs are
 * then in the store too.
 *
 * @param name as it is called; null for an image of the store without a name
 * @param root the image's manifest, or an index
 * @param images the image itself, or those that the index lists
 * @param stored whether the store knew it
 */
public record FoundImage(ImageReference name, RawManifest root, List<Image> images, boolean stored) {

    /**
     * One image.
     *
     * @param descriptor names its manifest
     */
    public record Image(Descriptor descriptor, Manifest manifest, ImageConfig config) {}

    /**
     * Looks in the store first, then in the registry that the name belongs to.
     *
     * @throws EngineException of kind USAGE if the text is no name, REGISTRY_ERROR if the registry does not have it
     */
    public static FoundImage find(Engine engine, String text) throws IOException {
        Optional<StoredImage> stored = engine.names().find(text);
        StoredManifests manifests = new StoredManifests(engine.store());
        if (stored.isEmpty()) {
            return elsewhere(engine, text);
        }
        StoredImage image = stored.get();
        if (image.origin() != null && !manifests.isReadable(image.descriptor())) {
            return completed(engine, image);
        }
        return stored(engine, image);
    }

    /**
     * An image of the store, without asking anybody else: of an index that was pulled, the images that are here.
     *
     * @throws EngineException of kind IO_ERROR if it is damaged
     */
    public static FoundImage stored(Engine engine, StoredImage image) {
        StoredManifests manifests = new StoredManifests(engine.store());
        RawManifest root = manifests.manifest(image.descriptor());
        return new FoundImage(image.reference(), root, images(manifests, root), true);
    }

    /** An index of which only some images were pulled, with the manifests and configs of the others from where it came from. */
    private static FoundImage completed(Engine engine, StoredImage image) {
        ImageReference origin = image.originReference();
        ImagePuller puller = puller(engine);
        RawManifest root = puller.manifest(origin);
        return new FoundImage(image.reference(), root, images(puller, origin, root, root), true);
    }

    private static FoundImage elsewhere(Engine engine, String text) {
        try {
            return inRegistry(engine, text);
        } catch (RegistryException e) {
            throw new EngineException(e.kind(), text + " is not in the store; " + e.getMessage(), e.hint(), e);
        }
    }

    private static List<Image> images(StoredManifests manifests, RawManifest raw) {
        List<Image> images = new ArrayList<>();
        if (raw.isIndex()) {
            raw.index().manifests().stream()
                    .filter(manifests::isReadable)
                    .forEach(entry -> images.addAll(images(manifests, manifests.manifest(entry))));
        } else {
            Manifest manifest = raw.manifest();
            images.add(new Image(raw.descriptor(), manifest, manifests.config(manifest)));
        }
        return images;
    }

    /** As {@link #find}, without asking the store for the name. */
    public static FoundImage inRegistry(Engine engine, String text) {
        ImageReference name;
        try {
            name = ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorKind.USAGE, e.getMessage(), e);
        }
        ImagePuller puller = puller(engine);
        RawManifest root = puller.manifest(name);
        return new FoundImage(name, root, images(puller, name, root, root), false);
    }

    private static ImagePuller puller(Engine engine) {
        return new ImagePuller(
                engine.registry(), engine.store(), engine.registryOptions(), engine.cancellation(), TransferProgress.NONE);
    }

    private static List<Image> images(ImagePuller puller, ImageReference name, RawManifest root, RawManifest raw) {
        List<Image> images = new ArrayList<>();
        if (raw.isIndex()) {
            for (Descriptor entry : raw.index().manifests()) {
                images.addAll(images(puller, name, root, puller.manifest(name.withDigest(entry.digest()))));
            }
        } else {
            PulledImage image = puller.read(name, root, raw);
            images.add(new Image(raw.descriptor(), image.manifest(), image.config()));
        }
        return images;
    }
}
