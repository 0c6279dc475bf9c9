package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePuller;
import io.jenkins.plugins.windowsimage.engine.registry.RepositoryName;
import io.jenkins.plugins.windowsimage.engine.registry.StoredContent;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where the layers of an image can be had that the store does not hold. Layers of base images are fetched only when somebody
 * reads them; the names under which the store knows the base images tell from where.
 */
final class LayerOrigins {
    private LayerOrigins() {}

    /** The stored images as the content of a push, with the repositories that their names point at. */
    static StoredContent content(Engine engine) throws IOException {
        StoredContent content = new StoredContent(engine.store(), engine.registry());
        StoredManifests manifests = new StoredManifests(engine.store());
        for (StoredImage image : engine.names().list()) {
            if (image.origin() != null) {
                add(content, manifests, RepositoryName.of(ImageReference.parse(image.origin())), image.descriptor(), engine,
                        layer -> true);
            }
        }
        return content;
    }

    /**
     * The same for the push of this image, which may have been pushed under its own name before: its registry is asked for the layers
     * there before they are sent.
     */
    static StoredContent content(Engine engine, StoredImage image) throws IOException {
        StoredContent content = content(engine);
        if (image.name() != null) {
            // Those that the store lacks are where they came from; they need not be there too.
            add(content, new StoredManifests(engine.store()), RepositoryName.of(image.reference()), image.descriptor(), engine,
                    layer -> engine.store().contains(layer.digest()));
        }
        return content;
    }

    private static void add(
            StoredContent content,
            StoredManifests manifests,
            RepositoryName repository,
            Descriptor descriptor,
            Engine engine,
            Predicate<Descriptor> wanted) {
        if (!engine.store().contains(descriptor.digest())) {
            return;
        }
        RawManifest raw = manifests.manifest(descriptor);
        if (raw.isIndex()) {
            raw.index().manifests().forEach(entry -> add(content, manifests, repository, entry, engine, wanted));
        } else {
            content.withOrigin(repository, raw.manifest().layers().stream().filter(wanted).toList());
        }
    }

    /**
     * Brings layers of an image into the store that it lacks.
     *
     * @throws EngineException of kind REGISTRY_ERROR if nobody knows where a layer is
     */
    static void fetch(
            Engine engine, String name, List<Descriptor> layers, TransferProgress progress)
            throws IOException {
        if (layers.stream().allMatch(layer -> engine.store().contains(layer.digest()))) {
            return;
        }
        StoredContent content = content(engine);
        Map<RepositoryName, List<Descriptor>> wanted = new LinkedHashMap<>();
        for (Descriptor layer : layers) {
            if (!engine.store().contains(layer.digest())) {
                RepositoryName origin = content.origins(layer).stream().findFirst().orElseThrow(() -> new EngineException(
                        ErrorKind.REGISTRY_ERROR,
                        "the layer " + layer.digest() + " of " + name + " is not in the store, and no name there says where it is",
                        "pull its base image again with --pull always",
                        null));
                wanted.computeIfAbsent(origin, key -> new ArrayList<>()).add(layer);
            }
        }
        ImagePuller puller = new ImagePuller(
                engine.registry(), engine.store(), engine.registryOptions(), engine.cancellation(), progress);
        wanted.forEach(puller::fetch);
    }
}
