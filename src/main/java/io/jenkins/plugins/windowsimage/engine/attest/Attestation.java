package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A statement about an image.
 *
 * @param content the statement in the form of its type
 */
public record Attestation(AttestationType type, byte[] content) {
    private static final String CREATED = "org.opencontainers.image.created";
    /** The config of artifacts that have none (OCI image specification 1.1, guidance for an empty descriptor). */
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    /**
     * Writes the statement and a manifest that refers to the image into a store.
     *
     * @param subject manifest of the image
     * @param created time that the manifest states
     * @return the entry of the manifest in a list of referrers
     */
    public Descriptor write(ContentStore store, Descriptor subject, Instant created) throws IOException {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(CREATED, created.toString());
        if (type.predicateType() != null) {
            annotations.put(AttestationType.PREDICATE_TYPE, type.predicateType());
        }
        RawManifest raw = RawManifest.of(new Manifest(
                2,
                MediaTypes.OCI_MANIFEST,
                type.mediaType(),
                Descriptor.of(MediaTypes.OCI_EMPTY, EMPTY),
                List.of(Descriptor.of(type.mediaType(), content)),
                new Descriptor(subject.mediaType(), subject.digest(), subject.size()),
                annotations));
        put(store, EMPTY);
        put(store, content);
        put(store, raw.bytes());
        Descriptor plain = raw.descriptor();
        return new Descriptor(plain.mediaType(), plain.digest(), plain.size(), null, annotations, null, type.mediaType());
    }

    private static void put(ContentStore store, byte[] content) throws IOException {
        if (store.contains(Descriptor.of(null, content))) {
            return;
        }
        try (BlobWriter writer = store.writer()) {
            writer.write(content, 0, content.length);
            writer.commit();
        }
    }
}
