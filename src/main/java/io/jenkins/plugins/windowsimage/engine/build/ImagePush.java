package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImageCopier;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePusher;
import io.jenkins.plugins.windowsimage.engine.registry.PushResult;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryException;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Puts images and indexes under names, here and in registries, without building anything anew. What the store has is pushed
 * from there; what it does not have is copied from its registry without coming through the store.
 */
public final class ImagePush {
    private final Engine engine;
    private final BuildListener listener;
    private final boolean foreignLayers;

    /**
     * @param foreignLayers whether layers that their publisher wants fetched from his own addresses are pushed too
     */
    public ImagePush(Engine engine, BuildListener listener, boolean foreignLayers) {
        this.engine = engine;
        this.listener = listener;
        this.foreignLayers = foreignLayers;
    }

    /**
     * Pushes an image.
     *
     * @param source build id, name or digest of an image in the store, or a name in a registry
     * @param targets where it goes; empty: to the source's own name
     * @throws EngineException of kind USAGE if the source is not known here and no targets are given
     */
    public PushResult push(String source, List<ImageReference> targets) throws IOException {
        Optional<StoredImage> stored = engine.names().find(source);
        if (stored.isEmpty()) {
            return copy(source, targets);
        }
        List<ImageReference> names = targets.isEmpty() ? ownName(source, stored.get()) : targets;
        ImageReference origin = stored.get().originReference();
        if (origin != null && !new StoredManifests(engine.store()).isReadable(stored.get().descriptor())) {
            // An index of which builds fetched only the images that they needed.
            return report(new ImageCopier(engine.registry(), pusher(names)).copy(origin, names));
        }
        RawManifest root = new StoredManifests(engine.store()).manifest(stored.get().descriptor());
        ImagePusher pusher = pusher(names);
        PushResult result = report(pusher.push(root, LayerOrigins.content(engine, stored.get()), names));
        LayerOrigins.putPushed(engine, stored.get(), result);
        new ReferrerPush(engine).push(root, names, pusher);
        return result;
    }

    private static List<ImageReference> ownName(String source, StoredImage image) {
        if (image.name() == null) {
            throw new EngineException(
                    ErrorKind.USAGE, "the image " + source + " has no name to push to; name one behind it, or tag it first");
        }
        return List.of(image.reference());
    }

    private PushResult copy(String source, List<ImageReference> targets) {
        ImageReference reference = reference(source);
        if (targets.isEmpty()) {
            throw new EngineException(
                    ErrorKind.USAGE,
                    "there is no image " + reference + " in the store " + engine.root() + " to push",
                    "build it first, or name where a copy from the registry should go",
                    null);
        }
        try {
            return report(new ImageCopier(engine.registry(), pusher(targets)).copy(reference, targets));
        } catch (RegistryException e) {
            if (e.kind() != ErrorKind.REGISTRY_ERROR) {
                throw e;
            }
            throw new EngineException(e.kind(), reference + " is not in the store; " + e.getMessage(), e.hint(), e);
        }
    }

    /**
     * Gives an image further names in the store; an image that only a registry knows gets them there.
     *
     * @param remote whether the names are also given in the registry
     */
    public void tag(String source, List<ImageReference> targets, boolean remote) throws IOException {
        Optional<StoredImage> stored = engine.names().find(source);
        if (stored.isEmpty()) {
            copy(source, targets);
            return;
        }
        StoredImage image = stored.get();
        for (ImageReference target : targets) {
            engine.names().put(image.named(target));
        }
        if (remote) {
            push(source, targets);
        }
    }

    private ImagePusher pusher(List<ImageReference> names) {
        return new ImagePusher(
                engine.registry(),
                engine.registryOptions(),
                engine.cancellation(),
                new TransferEvents(listener, "push", names.get(0).name()),
                foreignLayers);
    }

    private PushResult report(PushResult result) {
        result.pushed().forEach(pushed -> listener.on(
                new BuildEvent.Pushed(pushed.reference().toString(), pushed.digest())));
        return result;
    }

    private static ImageReference reference(String text) {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorKind.USAGE, e.getMessage(), e);
        }
    }
}
