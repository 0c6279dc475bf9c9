package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.plan.ImageSource;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePuller;
import io.jenkins.plugins.windowsimage.engine.registry.PlatformChoice;
import io.jenkins.plugins.windowsimage.engine.registry.PulledImage;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import io.jenkins.plugins.windowsimage.engine.store.BlobSource;
import io.jenkins.plugins.windowsimage.engine.store.CancellableBlobs;
import io.jenkins.plugins.windowsimage.engine.store.ImageCopy;
import io.jenkins.plugins.windowsimage.engine.store.ImageLocation;
import io.jenkins.plugins.windowsimage.engine.store.OciLayout;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the images that a build starts from or copies from: in the store, in a registry, or in an OCI layout. Each is looked up
 * once in a build. Thread-safe.
 */
final class BaseImages {
    private static final int MAXIMUM_DEPTH = 4;

    private final Engine engine;
    private final BuildOptions.PullPolicy pull;
    private final String hostVersion;
    private final BuildListener listener;
    private final Clock clock;
    private final Map<Key, BaseImage> found = new ConcurrentHashMap<>();

    private record Key(ImageSource source, Platform platform) {}

    /**
     * @param hostVersion version of this Windows host; null elsewhere
     * @param listener told about transfers
     */
    BaseImages(Engine engine, BuildOptions.PullPolicy pull, String hostVersion, BuildListener listener, Clock clock) {
        this.engine = engine;
        this.pull = pull;
        this.hostVersion = hostVersion;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Finds an image.
     *
     * @throws EngineException of kind REGISTRY_ERROR, OS_VERSION_UNRESOLVED or CONTEXT_READ
     */
    BaseImage find(ImageSource source, Platform platform) {
        return found.computeIfAbsent(new Key(source, platform), this::look);
    }

    private BaseImage look(Key key) {
        PlatformChoice choice = new PlatformChoice(key.platform(), hostVersion);
        try {
            return key.source() instanceof ImageSource.Layout layout
                    ? inLayout(layout, choice)
                    : named(((ImageSource.Named) key.source()).reference(), choice);
        } catch (IllegalArgumentException e) {
            ErrorKind kind = key.source() instanceof ImageSource.Layout ? ErrorKind.USAGE : ErrorKind.REGISTRY_ERROR;
            throw new EngineException(kind, "the base image " + key.source() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorKind.IO_ERROR, "the base image " + key.source() + " cannot be read: " + IoFailures.sentence(e), e);
        }
    }

    private BaseImage named(ImageReference reference, PlatformChoice choice) throws IOException {
        if (pull != BuildOptions.PullPolicy.ALWAYS) {
            Optional<BaseImage> stored = stored(reference, choice);
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        if (pull == BuildOptions.PullPolicy.NEVER) {
            throw new EngineException(
                    ErrorKind.REGISTRY_ERROR,
                    "the base image " + reference + " is not in the store " + engine.root() + ", and --pull never forbids to ask its registry",
                    "build without --pull never once, or pass it with --build-context",
                    null);
        }
        PulledImage pulled = new ImagePuller(
                        engine.registry(), engine.store(), engine.registryOptions(), engine.cancellation(), TransferProgress.NONE)
                .resolve(reference, choice);
        engine.names().put(StoredImage.pulled(reference, pulled.root().descriptor(), clock.instant()));
        return fromRegistry(reference.familiar(), pulled.raw(), pulled.config());
    }

    private Optional<BaseImage> stored(ImageReference reference, PlatformChoice choice) throws IOException {
        Optional<StoredImage> stored = engine.names().find(reference);
        StoredManifests manifests = new StoredManifests(engine.store());
        if (stored.isEmpty() || !engine.store().contains(stored.get().descriptor().digest())) {
            return Optional.empty();
        }
        RawManifest raw = manifests.manifest(stored.get().descriptor());
        for (int depth = 0; raw.isIndex(); depth++) {
            Descriptor chosen = choice.choose(reference, raw.index());
            if (depth == MAXIMUM_DEPTH || !engine.store().contains(chosen.digest())) {
                return Optional.empty();
            }
            raw = manifests.manifest(chosen);
        }
        if (!engine.store().contains(raw.manifest().config().digest())) {
            return Optional.empty();
        }
        ImageConfig config = manifests.config(raw.manifest());
        choice.accept(reference, config.platform());
        return Optional.of(fromRegistry(reference.familiar(), raw, config));
    }

    private BaseImage fromRegistry(String source, RawManifest raw, ImageConfig config) {
        TransferEvents progress = new TransferEvents(listener, "pull", source);
        return BaseImage.of(source, raw, config,
                layers -> LayerOrigins.fetch(engine, source, layers, progress));
    }

    private BaseImage inLayout(ImageSource.Layout source, PlatformChoice choice) throws IOException {
        ImageLocation location = ImageLocation.parse(source.location());
        try (OciLayout layout = OciLayout.open(location.path())) {
            ImageReference name = new ImageReference("oci-layout", location.path().getFileName().toString(), location.tag(), location.digest());
            RawManifest raw = layout.find(location.tag(), location.digest());
            StoredManifests manifests = new StoredManifests(engine.store());
            for (int depth = 0; raw.isIndex() && depth < MAXIMUM_DEPTH; depth++) {
                Descriptor chosen = choice.choose(name, raw.index());
                ImageCopy.blob(chosen, layout, engine.store());
                raw = manifests.manifest(chosen);
            }
            if (raw.isIndex()) {
                throw new IllegalArgumentException("indexes within indexes lead to no image");
            }
            ContentWriting.write(engine.store(), raw.bytes());
            ImageCopy.blob(raw.manifest().config(), layout, engine.store());
            ImageConfig config = manifests.config(raw.manifest());
            choice.accept(name, config.platform());
            return BaseImage.of(source.toString(), raw, config, layers -> copy(location, layers));
        }
    }

    private void copy(ImageLocation location, List<Descriptor> layers) throws IOException {
        try (OciLayout layout = OciLayout.open(location.path())) {
            BlobSource blobs = new CancellableBlobs(layout, engine.cancellation());
            for (Descriptor layer : layers) {
                ImageCopy.blob(layer, blobs, engine.store());
            }
        }
    }
}
