package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The images of a storage root by name, and those without a name by build id. Each is one small file that is
 * replaced as a whole, so any number of processes may change them at once; of two that set one name, the later
 * wins. Thread-safe.
 */
public final class ImageNames {
    private static final Comparator<StoredImage> NEWEST_FIRST = Comparator.comparing(
                    (StoredImage image) -> Instant.parse(image.created()))
            .reversed()
            .thenComparing(image -> image.name() == null ? image.buildId() : image.name());

    private final StorageRoot root;
    private final BlobDirectory blobs;

    public ImageNames(StorageRoot root) {
        this.root = root;
        this.blobs = new BlobDirectory(root);
    }

    /** The image of this name. */
    public Optional<StoredImage> find(ImageReference name) throws IOException {
        return RecordFile.read(file(name), StoredImage.class).filter(image -> name.toString().equals(image.name()));
    }

    /**
     * The image that a person means: by build id, by name, or by digest (whole, or at least its first 12 digits). A
     * digest that fits several different images is no answer.
     */
    public Optional<StoredImage> find(String text) throws IOException {
        List<StoredImage> all = list();
        Optional<StoredImage> built = all.stream().filter(image -> text.equals(image.buildId())).findFirst();
        if (built.isPresent()) {
            return built;
        }
        String hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
        if (hex.matches("[0-9a-f]{12,64}")) {
            List<StoredImage> fitting = all.stream()
                    .filter(image -> image.descriptor().digest().hex().startsWith(hex))
                    .toList();
            if (fitting.stream().map(image -> image.descriptor().digest()).distinct().count() == 1) {
                return Optional.of(fitting.get(0));
            }
        }
        try {
            return find(ImageReference.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Gives an image a name; an image that had it before loses it. A name promises that the whole image is here,
     * foreign layers excepted: {@link Fsck} reports those of which that is not true.
     *
     * @throws NoSuchFileException if the manifest is not in the store
     */
    public void put(StoredImage image) throws IOException {
        write(file(image), image);
    }

    /** Names an image that was built, or put together, here; the build id may be null. */
    public void put(ImageReference name, Descriptor descriptor, Instant created, String buildId) throws IOException {
        put(StoredImage.built(name, descriptor, created, buildId));
    }

    /**
     * Keeps an image without a name until it is pruned.
     *
     * @throws NoSuchFileException if the manifest is not in the store
     */
    public void putUntagged(String buildId, Descriptor descriptor, Instant created) throws IOException {
        write(RecordFile.in(root.untagged(), buildId), StoredImage.untagged(buildId, descriptor, created));
    }

    /**
     * Remembers that repositories took an image, so that others of their registries can take it from them. Nothing is remembered if the
     * name stands for another image by now.
     *
     * @param repositories as {@code host/path}
     */
    public void putPushed(StoredImage image, List<String> repositories) throws IOException {
        Path file = file(image);
        try (StoreLocks.Held using = root.locks().using()) {
            Optional<StoredImage> now = RecordFile.read(file, StoredImage.class)
                    .filter(known -> known.descriptor().digest().equals(image.descriptor().digest()));
            Optional<StoredImage> then = now.map(known -> known.pushedTo(repositories));
            if (!then.equals(now)) {
                RecordFile.write(root, file, then.get());
            }
        }
    }

    private void write(Path file, StoredImage image) throws IOException {
        Digest digest = image.descriptor().digest();
        // A collector that runs now would not know the name yet.
        try (StoreLocks.Held using = root.locks().using()) {
            if (!blobs.contains(digest)) {
                throw new NoSuchFileException(digest.toString(), null, "not in the store " + root);
            }
            RecordFile.write(root, file, image);
        }
    }

    /** Takes a name away; the content stays until it is pruned. Returns whether there was such a name. */
    public boolean remove(ImageReference name) throws IOException {
        try (StoreLocks.Held using = root.locks().using()) {
            return Files.deleteIfExists(file(name));
        }
    }

    /** Takes away a name, or the record of an image without one, if it still stands for the same content. */
    public boolean remove(StoredImage image) throws IOException {
        Path file = file(image);
        try (StoreLocks.Held using = root.locks().using()) {
            return RecordFile.read(file, StoredImage.class).filter(image::equals).isPresent()
                    && Files.deleteIfExists(file);
        }
    }

    /** All images, the newest first. */
    public List<StoredImage> list() throws IOException {
        List<StoredImage> images = new ArrayList<>();
        for (Path directory : List.of(root.images(), root.untagged())) {
            for (Path file : RecordFile.list(directory)) {
                RecordFile.read(file, StoredImage.class)
                        .filter(image -> file.equals(file(image)))
                        .ifPresent(images::add);
            }
        }
        images.sort(NEWEST_FIRST);
        return images;
    }

    /** Where the record of an image is. */
    Path file(StoredImage image) {
        return image.name() == null ? RecordFile.in(root.untagged(), image.buildId()) : file(image.reference());
    }

    /** Names differ in ways that file names cannot; their digests can be file names everywhere. */
    private Path file(ImageReference name) {
        return RecordFile.in(root.images(), Digest.of(name.toString()).hex());
    }
}
