package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * Manifests that refer to another through their {@code subject}, such as an SBOM of an image (distribution
 * specification 1.1, listing referrers). For registries without the referrers API they are kept in an index under a tag
 * made from the digest.
 */
public final class Referrers {
    static final ImageIndex NONE = ImageIndex.of(MediaTypes.OCI_INDEX, List.of());

    private Referrers() {}

    /** The tag of a subject's index on registries without the referrers API. */
    static String fallbackTag(Digest subject) {
        return "sha256-" + subject.hex();
    }

    /**
     * Stores a manifest with a subject and makes sure it is found from there; its blobs must be in the repository
     * already.
     *
     * @throws IllegalArgumentException if the manifest names no subject
     */
    public static void attach(RegistryClient client, RepositoryName repository, RawManifest artifact) {
        Manifest manifest = artifact.manifest();
        if (manifest.subject() == null) {
            throw new IllegalArgumentException("the manifest names no subject");
        }
        if (client.putManifest(repository.at(artifact.digest()), artifact)) {
            return;
        }
        Digest subject = manifest.subject().digest();
        List<Descriptor> known = new ArrayList<>(client.referrers(repository, subject).manifests());
        if (known.stream().anyMatch(entry -> entry.digest().equals(artifact.digest()))) {
            return;
        }
        String type = manifest.artifactType() != null ? manifest.artifactType() : manifest.config().mediaType();
        Descriptor plain = artifact.descriptor();
        known.add(new Descriptor(
                plain.mediaType(), plain.digest(), plain.size(), null, manifest.annotations(), null, type));
        RawManifest index = RawManifest.of(ImageIndex.of(MediaTypes.OCI_INDEX, known));
        client.putManifest(repository.tagged(fallbackTag(subject)), index);
    }
}
