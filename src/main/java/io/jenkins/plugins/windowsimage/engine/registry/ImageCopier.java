package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.List;

/**
 * Copies an image or index, with all that it lists, from one repository to others without a local copy: within a
 * registry by mounting, between registries by streaming. A new tag in the same repository moves nothing but the
 * manifest. Thread-safe.
 */
public final class ImageCopier {
    private final RegistryClient client;
    private final ImagePusher pusher;

    public ImageCopier(RegistryClient client, ImagePusher pusher) {
        this.client = client;
        this.pusher = pusher;
    }

    /**
     * Copies what the source names to all targets, byte for byte.
     *
     * @throws RegistryException of kind REGISTRY_ERROR for the source and PUSH_FAILED for a target
     */
    public PushResult copy(ImageReference source, List<ImageReference> targets) {
        RawManifest root = client.manifest(source);
        RepositoryName from = RepositoryName.of(source);
        if (targets.stream().allMatch(target -> RepositoryName.of(target).equals(from))) {
            targets.forEach(target -> client.putManifest(target, root));
            return new PushResult(targets.stream()
                    .map(target -> new PushResult.Pushed(target, root.digest()))
                    .toList(), 0, 0, 0);
        }
        return pusher.push(root, new RemoteContent(client, from), targets);
    }

    private record RemoteContent(RegistryClient client, RepositoryName from) implements ImageContent {
        @Override
        public RawManifest manifest(Descriptor entry) {
            return client.manifest(from.at(entry.digest()));
        }

        @Override
        public BlobSource blob(Descriptor blob) {
            return new RemoteBlob(client, from, blob);
        }

        @Override
        public List<RepositoryName> origins(Descriptor blob) {
            return List.of(from);
        }
    }
}
