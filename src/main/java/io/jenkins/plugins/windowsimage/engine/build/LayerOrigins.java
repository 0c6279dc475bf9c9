package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePuller;
import io.jenkins.plugins.windowsimage.engine.registry.PushResult;
import io.jenkins.plugins.windowsimage.engine.registry.RepositoryName;
import io.jenkins.plugins.windowsimage.engine.registry.StoredContent;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where the layers of an image can be had that the store does not hold. Layers of base images are fetched only when somebody
 * reads them; the names under which the store knows the base images tell from where.
 */
final class LayerOrigins {
    private LayerOrigins() {}

    /** The stored images as the content of a push, with the repositories that are known to have them. */
    static StoredContent content(Engine engine) throws IOException {
        return addAll(new StoredContent(engine.store(), engine.registry()), engine);
    }

    /**
     * The same for the push of this image, which may have been pushed before, under its own name as well: those repositories are asked
     * for the layers before others, and before they are sent.
     */
    static StoredContent content(Engine engine, StoredImage image) throws IOException {
        StoredContent content = new StoredContent(engine.store(), engine.registry());
        add(content, image, Stream.concat(image.pushed().stream(), Stream.ofNullable(image.name())).toList(), engine);
        return addAll(content, engine);
    }

    private static StoredContent addAll(StoredContent content, Engine engine) throws IOException {
        for (StoredImage image : engine.names().list()) {
            add(content, image, image.pushed(), engine);
        }
        return content;
    }

    /** @param taken repositories that took the image from here; what is not here they need not have taken */
    private static void add(StoredContent content, StoredImage image, List<String> taken, Engine engine) {
        if (image.origin() == null && taken.isEmpty()) {
            return;
        }
        List<Descriptor> layers = new ArrayList<>();
        addLayers(layers, image.descriptor(), new StoredManifests(engine.store()), engine);
        if (image.origin() != null) {
            content.withOrigin(repository(image.origin()), layers);
        }
        List<Descriptor> here = layers.stream().filter(layer -> engine.store().contains(layer.digest())).toList();
        taken.forEach(name -> content.withOrigin(repository(name), here));
    }

    private static RepositoryName repository(String name) {
        return RepositoryName.of(ImageReference.parse(name));
    }

    private static void addLayers(List<Descriptor> layers, Descriptor descriptor, StoredManifests manifests, Engine engine) {
        if (!engine.store().contains(descriptor.digest())) {
            return;
        }
        RawManifest raw = manifests.manifest(descriptor);
        if (raw.isIndex()) {
            raw.index().manifests().forEach(entry -> addLayers(layers, entry, manifests, engine));
        } else {
            layers.addAll(raw.manifest().layers());
        }
    }

    /** Remembers where an image was pushed to. */
    static void putPushed(Engine engine, StoredImage image, PushResult result) throws IOException {
        engine.names().putPushed(image, result.pushed().stream().map(pushed -> pushed.reference().name()).distinct().toList());
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
