package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifests of a storage root that refer to others through their {@code subject}, such as the SBOM of an image. They have no
 * names: a referrer is kept for as long as what it refers to. Each is one small file that is replaced as a whole, so any number
 * of processes may add some at once. Thread-safe.
 */
public final class StoredReferrers {
    private final StorageRoot root;
    private final BlobDirectory blobs;

    public StoredReferrers(StorageRoot root) {
        this.root = root;
        this.blobs = new BlobDirectory(root);
    }

    /**
     * A referrer.
     *
     * @param subject what it refers to
     * @param manifest with its artifact type
     */
    record Referrer(@JsonProperty("subject") Digest subject, @JsonProperty("manifest") Descriptor manifest) {
        Referrer {
            if (subject == null || manifest == null || manifest.digest() == null || manifest.artifactType() == null) {
                throw new IllegalArgumentException("a record of a referrer needs a subject and a manifest");
            }
        }
    }

    /**
     * Remembers that a manifest refers to another; it takes the place of an earlier one of the same artifact type.
     *
     * @param manifest with its artifact type
     * @throws NoSuchFileException if either is not in the store
     */
    public void put(Digest subject, Descriptor manifest) throws IOException {
        Referrer referrer = new Referrer(subject, manifest);
        // A collector that runs now would not know the record yet.
        try (StoreLocks.Held using = root.locks().using()) {
            for (Digest digest : List.of(subject, manifest.digest())) {
                if (!blobs.contains(digest)) {
                    throw new NoSuchFileException(digest.toString(), null, "not in the store " + root);
                }
            }
            RecordFile.write(root, file(referrer), referrer);
        }
    }

    /** What refers to a manifest and is here, sorted by artifact type. */
    public List<Descriptor> of(Digest subject) throws IOException {
        List<Descriptor> manifests = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.referrers(), subject.hex() + "-*.json")) {
            for (Path file : files) {
                read(file)
                        .map(Referrer::manifest)
                        .filter(manifest -> blobs.contains(manifest.digest()))
                        .ifPresent(manifests::add);
            }
        }
        manifests.sort(Comparator.comparing(Descriptor::artifactType));
        return manifests;
    }

    /** All referrers, by what they refer to. */
    Map<Digest, List<Descriptor>> all() throws IOException {
        Map<Digest, List<Descriptor>> all = new HashMap<>();
        for (Path file : RecordFile.list(root.referrers())) {
            read(file).ifPresent(referrer ->
                    all.computeIfAbsent(referrer.subject(), subject -> new ArrayList<>()).add(referrer.manifest()));
        }
        return all;
    }

    /** The record in this file; empty if it is none, or stands in a file of another name. */
    Optional<Referrer> read(Path file) throws IOException {
        return RecordFile.read(file, Referrer.class).filter(referrer -> file(referrer).equals(file));
    }

    private Path file(Referrer referrer) {
        String type = Digest.of(referrer.manifest().artifactType()).shortHex();
        return RecordFile.in(root.referrers(), referrer.subject().hex() + "-" + type);
    }
}
