package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts images and indexes into registries under one or more names: blobs first and several at a time, then manifests,
 * those that an index lists before the index, tags last. What a repository has is not sent again, and what another
 * repository of the same registry has is mounted from there. Foreign layers stay where they are unless told otherwise.
 * Thread-safe.
 */
public final class ImagePusher {
    /** Indexes within indexes, as deep as a pull goes. */
    private static final int MAXIMUM_DEPTH = 4;
    /** Manifests that are pushed together; all are kept in memory meanwhile. */
    private static final int MAXIMUM_MANIFESTS = 1000;
    /** Repositories that are asked for a mount before the blob is sent. */
    private static final int MOUNT_CANDIDATES = 3;

    private final RegistryClient client;
    private final RegistryOptions options;
    private final Cancellation cancellation;
    private final TransferProgress progress;
    private final boolean foreignLayers;

    /**
     * @param foreignLayers whether layers that their publisher wants fetched from his own addresses are pushed too
     */
    public ImagePusher(
            RegistryClient client,
            RegistryOptions options,
            Cancellation cancellation,
            TransferProgress progress,
            boolean foreignLayers) {
        this.client = client;
        this.options = options;
        this.cancellation = cancellation;
        this.progress = progress;
        this.foreignLayers = foreignLayers;
    }

    /**
     * Pushes one image or index under all these references.
     *
     * @param root what the references will name
     * @param content where the rest of it comes from
     * @throws RegistryException of kind PUSH_FAILED; references pushed before stay, the failing one is unchanged
     */
    public PushResult push(RawManifest root, ImageContent content, List<ImageReference> references) {
        Map<RepositoryName, Set<ImageReference>> byRepository = new LinkedHashMap<>();
        for (ImageReference reference : references) {
            byRepository.computeIfAbsent(RepositoryName.of(reference), key -> new LinkedHashSet<>()).add(reference);
        }
        Push push = new Push(content);
        byRepository.forEach((repository, names) -> push.to(repository, root, names));
        List<PushResult.Pushed> pushed = new ArrayList<>();
        references.forEach(reference -> pushed.add(new PushResult.Pushed(reference, root.digest())));
        return new PushResult(pushed, push.uploaded, push.mounted, push.existing);
    }

    /**
     * Puts manifests that refer to an image, such as its SBOM, beside it; the image has to be there already.
     *
     * @param content where their blobs come from
     * @return length of the blobs that were sent, in bytes
     * @throws IllegalArgumentException if a manifest refers to nothing
     */
    public long attach(List<RawManifest> referrers, ImageContent content, RepositoryName repository) {
        Push push = new Push(content);
        for (RawManifest referrer : referrers) {
            Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
            push.collect(referrer, 0, new LinkedHashMap<>(), blobs);
            Transfers.each(blobs.values(), options.parallelism(), blob -> push.put(repository, blob));
            Referrers.attach(client, repository, referrer);
        }
        return push.uploaded;
    }

    /**
     * One push to several repositories, one after the other, so that each can mount what the ones before it received.
     */
    private final class Push {
        private final ImageContent content;
        private final List<RepositoryName> done = new ArrayList<>();
        private long uploaded;
        private long mounted;
        private long existing;

        Push(ImageContent content) {
            this.content = content;
        }

        void to(RepositoryName repository, RawManifest root, Set<ImageReference> names) {
            List<ImageReference> outdated = new ArrayList<>();
            for (ImageReference name : names) {
                Optional<Descriptor> present = client.headManifest(name);
                if (present.isEmpty() || !present.get().digest().equals(root.digest())) {
                    outdated.add(name);
                }
            }
            Map<Digest, RawManifest> children = new LinkedHashMap<>();
            Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
            collect(root, 0, children, blobs);
            if (outdated.isEmpty()) {
                blobs.values().forEach(blob -> record(blob, TransferProgress.Outcome.EXISTED));
            } else {
                Transfers.each(blobs.values(), options.parallelism(), blob -> put(repository, blob));
                children.values().forEach(child -> client.putManifest(repository.at(child.digest()), child));
                outdated.forEach(name -> client.putManifest(name, root));
            }
            done.add(repository);
        }

        private void collect(
                RawManifest raw, int depth, Map<Digest, RawManifest> children, Map<Digest, Descriptor> blobs) {
            if (depth > MAXIMUM_DEPTH || children.size() > MAXIMUM_MANIFESTS) {
                throw RegistryException.invalid(ErrorKind.PUSH_FAILED, "cannot push " + raw.digest()
                        + ": it lies in more than " + MAXIMUM_DEPTH + " indexes, or one of more than " + MAXIMUM_MANIFESTS + " manifests", null);
            }
            if (raw.isIndex()) {
                for (Descriptor entry : raw.index().manifests()) {
                    if (!children.containsKey(entry.digest())) {
                        RawManifest child = content.manifest(entry);
                        collect(child, depth + 1, children, blobs);
                        children.put(entry.digest(), child);
                    }
                }
            } else {
                Manifest manifest = raw.manifest();
                blobs.putIfAbsent(manifest.config().digest(), manifest.config());
                for (Descriptor layer : manifest.layers()) {
                    if (foreignLayers || !isForeign(layer)) {
                        blobs.putIfAbsent(layer.digest(), layer);
                    }
                }
            }
        }

        private void put(RepositoryName repository, Descriptor blob) {
            cancellation.check();
            if (client.hasBlob(repository, blob)) {
                record(blob, TransferProgress.Outcome.EXISTED);
                return;
            }
            boolean taken = client.putBlob(repository, blob, content.blob(blob), candidates(repository, blob),
                    bytes -> progress.transferred(blob, bytes));
            record(blob, taken ? TransferProgress.Outcome.MOUNTED : TransferProgress.Outcome.TRANSFERRED);
        }

        private List<RepositoryName> candidates(RepositoryName repository, Descriptor blob) {
            Set<RepositoryName> all = new LinkedHashSet<>(done);
            all.addAll(content.origins(blob));
            return all.stream()
                    .filter(other -> other.host().equals(repository.host()) && !other.equals(repository))
                    .limit(MOUNT_CANDIDATES)
                    .toList();
        }

        private void record(Descriptor blob, TransferProgress.Outcome outcome) {
            synchronized (this) {
                switch (outcome) {
                    case EXISTED -> existing += blob.size();
                    case MOUNTED -> mounted += blob.size();
                    case TRANSFERRED -> uploaded += blob.size();
                }
            }
            progress.done(blob, outcome);
        }
    }

    private static boolean isForeign(Descriptor layer) {
        return MediaTypes.isForeignLayer(layer.mediaType()) && layer.urls() != null && !layer.urls().isEmpty();
    }
}
