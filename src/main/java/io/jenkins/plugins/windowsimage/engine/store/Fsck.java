package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.FsckFinding.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a store: that every blob has its digest, that images and cached steps have what they name, and that
 * nothing was left over. Safe while others use the store; what vanishes meanwhile is passed over.
 */
public final class Fsck {
    private final StorageRoot root;
    private final BlobDirectory blobs;
    private final ImageGraph graph;
    private final boolean repair;
    private final Leftovers.Release release;
    private final Cancellation cancellation;
    private final List<FsckFinding> findings = new ArrayList<>();
    /** Layers that a registry is known to have, so that they need not be here. */
    private final Set<Digest> fetchable = new HashSet<>();

    private Fsck(StorageRoot root, boolean repair, Leftovers.Release release, Cancellation cancellation) {
        this.root = root;
        this.blobs = new BlobDirectory(root);
        this.graph = new ImageGraph(blobs);
        this.repair = repair;
        this.release = release;
        this.cancellation = cancellation;
    }

    /**
     * Checks the store and changes nothing.
     *
     * @throws EngineException of kind CANCELLED
     */
    public static List<FsckFinding> check(StorageRoot root, Cancellation cancellation) throws IOException {
        return new Fsck(root, false, directory -> { }, cancellation).run();
    }

    /**
     * Checks the store and puts right what can be put right.
     *
     * @param release as for {@link Leftovers#sweep}
     * @throws EngineException of kind CANCELLED, with what was put right until then left so
     */
    public static List<FsckFinding> repair(StorageRoot root, Leftovers.Release release, Cancellation cancellation) throws IOException {
        return new Fsck(root, true, release, cancellation).run();
    }

    private List<FsckFinding> run() throws IOException {
        leftovers();
        contents();
        for (StoredImage image : new ImageNames(root).list()) {
            if (image.origin() != null) {
                addLayers(image.descriptor());
            }
        }
        images(root.images());
        images(root.untagged());
        referrers();
        cachedSteps();
        return List.copyOf(findings);
    }

    private void addLayers(Descriptor descriptor) throws IOException {
        if (!blobs.contains(descriptor)) {
            return;
        }
        try {
            RawManifest raw = graph.manifest(descriptor);
            if (raw.isIndex()) {
                for (Descriptor child : raw.index().manifests()) {
                    addLayers(child);
                }
            } else {
                raw.manifest().layers().forEach(layer -> fetchable.add(layer.digest()));
            }
        } catch (IllegalArgumentException | EngineException damaged) {
            // Reported where the image itself is checked.
            return;
        }
    }

    private void leftovers() throws IOException {
        Leftovers leftovers = new Leftovers(root);
        for (Path path : repair ? leftovers.sweep(release) : leftovers.find()) {
            findings.add(new FsckFinding(Kind.LEFTOVER, path.toString(), "a process that ended early left it", repair));
        }
    }

    /** Reads every blob, on all processors: digests are what takes the time. */
    private void contents() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root.blobs())) {
            stream.forEach(files::add);
        }
        List<FsckFinding> damaged = files.parallelStream()
                .map(this::damage)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(FsckFinding::subject))
                .toList();
        for (FsckFinding finding : damaged) {
            findings.add(finding);
            if (repair) {
                quarantine(finding.subject());
            }
        }
    }

    private FsckFinding damage(Path file) {
        String name = file.getFileName().toString();
        try {
            if (!Files.isRegularFile(file)) {
                return Files.exists(file) ? damaged(name, "it is no file") : null;
            }
            Digest actual = BlobDirectory.actual(file, cancellation);
            return actual.hex().equals(name) ? null : damaged(name, "its content has the digest " + actual);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            return damaged(name, "it cannot be read: " + e.getMessage());
        }
    }

    private FsckFinding damaged(String name, String detail) {
        return new FsckFinding(Kind.BLOB_DAMAGED, name, detail, repair);
    }

    private void quarantine(String name) throws IOException {
        try (StoreLocks.Held collecting = root.locks().collecting()) {
            Path blob = root.blobs().resolve(name);
            // It may have been written again since.
            if (Files.exists(blob) && damage(blob) != null) {
                Files.createDirectories(root.quarantine());
                DurableFiles.rename(blob, root.quarantine().resolve(name));
            }
        }
    }

    private void images(Path directory) throws IOException {
        ImageNames names = new ImageNames(root);
        for (Path file : RecordFile.list(directory)) {
            try (StoreLocks.Held using = root.locks().using()) {
                if (!Files.exists(file)) {
                    continue;
                }
                Optional<StoredImage> image = RecordFile.read(file, StoredImage.class);
                if (image.isEmpty() || !names.file(image.get()).equals(file)) {
                    forget(Kind.RECORD_DAMAGED, file.toString(), "it is no record of an image", file);
                    continue;
                }
                String name = image.get().name() == null ? image.get().buildId() : image.get().name();
                Optional<String> fault = fault(image.get().descriptor());
                if (fault.isPresent()) {
                    forget(Kind.IMAGE_INCOMPLETE, name, fault.get(), file);
                }
            }
        }
    }

    private void referrers() throws IOException {
        StoredReferrers referrers = new StoredReferrers(root);
        for (Path file : RecordFile.list(root.referrers())) {
            try (StoreLocks.Held using = root.locks().using()) {
                if (!Files.exists(file)) {
                    continue;
                }
                Optional<StoredReferrers.Referrer> referrer = referrers.read(file);
                if (referrer.isEmpty()) {
                    forget(Kind.RECORD_DAMAGED, file.toString(), "it is no record of a referrer", file);
                    continue;
                }
                Descriptor manifest = referrer.get().manifest();
                Optional<String> fault = fault(manifest);
                if (fault.isPresent()) {
                    String detail = "of " + referrer.get().subject() + ": " + fault.get();
                    forget(Kind.REFERRER_INCOMPLETE, manifest.artifactType(), detail, file);
                }
            }
        }
    }

    /**
     * What an image lacks. An index may name images that were never fetched; but one that has none at all is of no use.
     */
    private Optional<String> fault(Descriptor descriptor) throws IOException {
        if (!blobs.contains(descriptor.digest())) {
            return ImageGraph.mayBeAbsent(descriptor) || fetchable.contains(descriptor.digest())
                    ? Optional.empty()
                    : Optional.of(descriptor.mediaType() + " " + descriptor.digest() + " is missing");
        }
        if (!blobs.contains(descriptor)) {
            return Optional.of(descriptor.digest() + " is not " + descriptor.size() + " bytes long");
        }
        List<Descriptor> children;
        try {
            children = graph.children(descriptor);
        } catch (IllegalArgumentException | EngineException e) {
            return Optional.of(descriptor.digest() + ": " + e.getMessage());
        }
        if (descriptor.mediaType() != null && MediaTypes.isIndex(descriptor.mediaType())) {
            List<Descriptor> present = children.stream().filter(child -> blobs.contains(child.digest())).toList();
            if (present.isEmpty() && !children.isEmpty()) {
                return Optional.of("all images of the index " + descriptor.digest() + " are missing");
            }
            children = present;
        }
        for (Descriptor child : children) {
            Optional<String> fault = fault(child);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private void cachedSteps() throws IOException {
        for (Path file : RecordFile.list(root.cache())) {
            try (StoreLocks.Held using = root.locks().using()) {
                if (!Files.exists(file)) {
                    continue;
                }
                Optional<CachedStep> step = RecordFile.read(file, CachedStep.class);
                if (step.isEmpty()) {
                    forget(Kind.RECORD_DAMAGED, file.toString(), "it is no record of a step", file);
                } else if (step.get().layer() != null && !blobs.contains(step.get().layer())) {
                    String key = file.getFileName().toString().replace(".json", "");
                    String detail = "its layer " + step.get().layer().digest() + " is missing";
                    forget(Kind.CACHED_STEP_INCOMPLETE, key, detail, file);
                }
            }
        }
    }

    private void forget(Kind kind, String subject, String detail, Path record) throws IOException {
        findings.add(new FsckFinding(kind, subject, detail, repair));
        if (repair) {
            Files.deleteIfExists(record);
        }
    }
}
