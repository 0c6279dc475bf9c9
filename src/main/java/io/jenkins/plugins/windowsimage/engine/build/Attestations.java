package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.attest.AttestationType;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePuller;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryException;
import io.jenkins.plugins.windowsimage.engine.registry.RepositoryName;
import io.jenkins.plugins.windowsimage.engine.registry.TransferProgress;
import io.jenkins.plugins.windowsimage.engine.store.StoredReferrers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.List;

/** Reads what is stated about an image: out of the store if the image is there, else out of its registry. */
public final class Attestations {
    /** Far above any statement about an image; registries have other artifacts too. */
    private static final long LARGEST = 64 << 20;

    private final Engine engine;
    private final FoundImage found;

    public Attestations(Engine engine, FoundImage found) {
        this.engine = engine;
        this.found = found;
    }

    /**
     * All manifests that refer to an image, those of others included.
     *
     * @param image digest of its manifest
     * @throws RegistryException if its registry cannot say
     */
    public List<Descriptor> of(Digest image) throws IOException {
        return found.stored()
                ? new StoredReferrers(engine.root()).of(image)
                : engine.registry().referrers(RepositoryName.of(found.name()), image).manifests();
    }

    /**
     * The statement of this type about the image; of several the one that was attached last.
     *
     * @throws EngineException of kind USAGE if there is none, or if this is an index of several images
     */
    public byte[] content(AttestationType type) throws IOException {
        if (found.images().size() != 1) {
            throw new EngineException(
                    ErrorKind.USAGE,
                    "the index " + found.root().digest() + " lists " + found.images().size() + " images",
                    "name one of them by its digest; inspect lists them",
                    null);
        }
        Digest image = found.images().get(0).descriptor().digest();
        List<Descriptor> fitting = of(image).stream()
                .filter(referrer -> AttestationType.of(referrer).filter(type::equals).isPresent())
                .toList();
        if (fitting.isEmpty()) {
            String option = "--" + type.name().toLowerCase(java.util.Locale.ROOT);
            throw new EngineException(
                    ErrorKind.USAGE,
                    "nothing of that kind is attached to the image " + image,
                    "build it with " + option + (found.stored() ? ", or ask its registry with --registry" : ""),
                    null);
        }
        return read(fitting.get(fitting.size() - 1));
    }

    private byte[] read(Descriptor referrer) throws IOException {
        if (found.stored()) {
            StoredManifests manifests = new StoredManifests(engine.store());
            return content(statement(manifests.manifest(referrer)));
        }
        RepositoryName repository = RepositoryName.of(found.name());
        RawManifest raw = engine.registry().manifest(repository.at(referrer.digest()));
        Descriptor statement = statement(raw);
        new ImagePuller(
                        engine.registry(),
                        engine.store(),
                        engine.registryOptions(),
                        engine.cancellation(),
                        TransferProgress.NONE)
                .fetch(repository, List.of(statement));
        return content(statement);
    }

    private byte[] content(Descriptor statement) throws IOException {
        try (InputStream in = Channels.newInputStream(engine.store().open(statement.digest()))) {
            return in.readAllBytes();
        }
    }

    private static Descriptor statement(RawManifest raw) {
        List<Descriptor> layers = raw.manifest().layers();
        if (layers.size() != 1) {
            throw new EngineException(
                    ErrorKind.REGISTRY_ERROR, "the artifact " + raw.digest() + " has " + layers.size() + " files, not one");
        }
        if (layers.get(0).size() > LARGEST) {
            throw new EngineException(
                    ErrorKind.REGISTRY_ERROR, "the artifact " + raw.digest() + " is larger than " + LARGEST + " bytes");
        }
        return layers.get(0);
    }
}
