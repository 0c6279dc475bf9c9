package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings images from registries into the content store: first manifest and config, which planning needs, then the
 * layers that somebody asks for. What the store has is not fetched again; a reference with a digest needs no registry
 * once its manifest is there. Thread-safe.
 */
public final class ImagePuller {
    private static final int MAXIMUM_CONFIG = 16 << 20;
    private static final int MAXIMUM_DEPTH = 4;
    /** Bytes to hash from which on {@link #warmUpHashing()} pays. */
    private static final long WORTH_WARMING = 64 << 20;

    private final RegistryClient client;
    private final ContentStore store;
    private final RegistryOptions options;
    private final BlobFetcher blobs;

    public ImagePuller(
            RegistryClient client,
            ContentStore store,
            RegistryOptions options,
            Cancellation cancellation,
            TransferProgress progress) {
        this.client = client;
        this.store = store;
        this.options = options;
        blobs = new BlobFetcher(client, store, options.retry(), cancellation, progress);
    }

    /**
     * Finds the image that a reference means on a platform and fetches its manifests and its config.
     *
     * @throws EngineException of kind REGISTRY_ERROR, or OS_VERSION_UNRESOLVED when no image fits the platform
     */
    public PulledImage resolve(ImageReference reference, PlatformChoice choice) {
        RawManifest root = manifest(reference);
        RawManifest raw = root;
        for (int depth = 0; raw.isIndex(); depth++) {
            if (depth == MAXIMUM_DEPTH) {
                throw broken(reference, "indexes within indexes lead to no image", null);
            }
            raw = manifest(reference.withDigest(choice.choose(reference, raw.index()).digest()));
        }
        PulledImage image = read(reference, root, raw);
        choice.accept(reference, image.config().platform());
        checkLayers(image);
        return image;
    }

    /**
     * The image that a manifest describes, whatever its platform; for indexes, whose images are all wanted.
     *
     * @param raw manifest of a single image in the repository of the reference
     */
    public PulledImage read(ImageReference reference, RawManifest root, RawManifest raw) {
        Manifest manifest = raw.manifest();
        return new PulledImage(reference, root, raw, manifest, config(reference, manifest.config()));
    }

    /** Fetches the layers that the store lacks, several at a time. */
    public void fetchLayers(PulledImage image, Collection<Descriptor> layers) {
        fetch(image.source(), layers);
    }

    /** Fetches the blobs that the store lacks from a repository, several at a time. */
    public void fetch(RepositoryName source, Collection<Descriptor> layers) {
        Map<Digest, Descriptor> each = new LinkedHashMap<>();
        layers.forEach(layer -> each.putIfAbsent(layer.digest(), layer));
        long missing = each.values().stream()
                .filter(layer -> !store.contains(layer.digest()))
                .mapToLong(Descriptor::size)
                .sum();
        if (missing >= WORTH_WARMING) {
            warmUpHashing();
        }
        Transfers.each(each.values(), options.parallelism(), layer -> blobs.fetch(source, layer));
    }

    /**
     * Hashes a few megabytes of nothing in one thread. SHA-256 is many times slower until the JVM has compiled it,
     * which costs half a second of processor time when all transfers begin so at once, and a twentieth this way.
     */
    private static void warmUpHashing() {
        MessageDigest hash = Digest.start();
        byte[] block = new byte[8192];
        for (int i = 0; i < 512; i++) {
            hash.update(block);
        }
    }

    /**
     * The manifest or index that a reference names, and keeps it in the store; from the store itself if the reference
     * has a digest and it is there.
     */
    public RawManifest manifest(ImageReference reference) {
        if (reference.digest() != null && store.contains(reference.digest())) {
            try {
                return ManifestReader.read("", load(reference.digest(), ManifestReader.MAXIMUM_SIZE));
            } catch (IOException e) {
                throw unreadable(reference.digest(), e);
            } catch (IllegalArgumentException e) {
                throw broken(reference, e.getMessage(), e);
            }
        }
        RawManifest raw = client.manifest(reference);
        Digest digest = raw.digest();
        if (!store.contains(digest)) {
            try (BlobWriter writer = store.writer()) {
                writer.write(raw.bytes(), 0, raw.bytes().length);
                writer.commit(digest);
            } catch (IOException e) {
                throw new EngineException(ErrorKind.IO_ERROR,
                        "the manifest of " + reference + " cannot be written to the store: " + e.getMessage(), e);
            }
        }
        return raw;
    }

    private ImageConfig config(ImageReference reference, Descriptor config) {
        if (config.size() > MAXIMUM_CONFIG) {
            throw broken(reference, "its config is larger than " + MAXIMUM_CONFIG + " bytes", null);
        }
        blobs.fetch(RepositoryName.of(reference), config);
        try {
            return ImageConfig.parse(load(config.digest(), MAXIMUM_CONFIG));
        } catch (IOException e) {
            throw unreadable(config.digest(), e);
        } catch (IllegalArgumentException e) {
            throw broken(reference, e.getMessage(), e);
        }
    }

    private static void checkLayers(PulledImage image) {
        int layers = image.layers().size();
        int diffIds = image.config().rootfs().diffIds().size();
        if (layers != diffIds) {
            throw broken(image.reference(), "its manifest has " + layers + " layers and its config " + diffIds, null);
        }
    }

    private byte[] load(Digest digest, int limit) throws IOException {
        try (SeekableByteChannel channel = store.open(digest)) {
            if (channel.size() > limit) {
                throw new IOException("it is larger than " + limit + " bytes");
            }
            ByteBuffer content = ByteBuffer.allocate((int) channel.size());
            if (!BlobSource.fill(channel, content)) {
                throw new IOException("it ends too early");
            }
            return content.array();
        }
    }

    private static EngineException broken(ImageReference reference, String why, Throwable cause) {
        return RegistryException.invalid(
                ErrorKind.REGISTRY_ERROR, "the image " + reference + " is broken: " + HttpFailures.clean(why), cause);
    }

    private static EngineException unreadable(Digest digest, IOException cause) {
        return new EngineException(ErrorKind.IO_ERROR,
                "the blob " + digest + " cannot be read from the store: " + cause.getMessage(), cause);
    }
}
