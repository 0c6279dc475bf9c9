package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes images in the form of the OCI image layout 1.0, as a directory or a tar. The result appears as a whole or
 * not at all. Foreign layers that are not at hand are left out, as the specification allows.
 */
public final class OciLayoutWriter {
    private final BlobSource source;

    /** @param source holds the images to write */
    public OciLayoutWriter(BlobSource source) {
        this.source = source;
    }

    /**
     * Writes a directory. One that is a layout already gets the image added, in place of what has the same names
     * there. Blobs share their disk space with the store where possible.
     *
     * @param image manifest or index
     * @param names each becomes an entry of the layout; none makes one entry without a name
     * @param referrers manifests that refer to the image; each becomes an entry without a name, behind the image's
     * @throws EngineException of kind IO_ERROR, or USAGE if the directory holds something else
     */
    public void directory(Path target, Descriptor image, List<ImageReference> names, List<Descriptor> referrers)
            throws IOException {
        layout(target, entries(image, names, referrers));
    }

    /** As {@link #directory(Path, Descriptor, List, List)}, for an image that nothing refers to. */
    public void directory(Path target, Descriptor image, List<ImageReference> names) throws IOException {
        directory(target, image, names, List.of());
    }

    /** Writes a directory with one entry, whose annotations are those of the descriptor. */
    void directory(Path target, Descriptor image) throws IOException {
        layout(target, List.of(image));
    }

    private void layout(Path target, List<Descriptor> entries) throws IOException {
        Path directory = target.toAbsolutePath().normalize();
        Collection<Descriptor> blobs = blobs(entries);
        try {
            if (isMissingOrEmpty(directory)) {
                try (StagedOutput staged = StagedOutput.directory(directory)) {
                    fill(staged.path(), blobs, entries, new ArrayList<>());
                    staged.publish();
                }
            } else {
                addTo(directory, blobs, entries);
            }
        } catch (IOException e) {
            throw WriteFailure.explain("the OCI layout", directory, e);
        }
    }

    /**
     * Writes a tar, in place of a file of that name.
     *
     * @param image manifest or index
     * @param names as for {@link #directory(Path, Descriptor, List, List)}
     * @param referrers likewise
     */
    public void tar(Path target, Descriptor image, List<ImageReference> names, List<Descriptor> referrers)
            throws IOException {
        Path file = target.toAbsolutePath().normalize();
        List<Descriptor> entries = entries(image, names, referrers);
        Collection<Descriptor> blobs = blobs(entries);
        try (StagedOutput staged = StagedOutput.file(file);
                ArchiveTar tar = new ArchiveTar(staged.path())) {
            tar.file(OciLayout.VERSION_FILE, marker());
            tar.file(OciLayout.INDEX_FILE, index(entries));
            tar.directory("blobs/");
            tar.directory(OciLayout.BLOBS);
            for (Descriptor blob : blobs) {
                try (InputStream in = Channels.newInputStream(source.open(blob.digest()))) {
                    tar.file(OciLayout.BLOBS + blob.digest().hex(), blob.size(), in);
                }
            }
            tar.finish();
            tar.close();
            staged.publish();
        } catch (IOException e) {
            throw WriteFailure.explain("the OCI archive", file, e);
        }
    }

    /** As {@link #tar(Path, Descriptor, List, List)}, for an image that nothing refers to. */
    public void tar(Path target, Descriptor image, List<ImageReference> names) throws IOException {
        tar(target, image, names, List.of());
    }

    /** Everything that the entries are made of, each blob once. */
    private Collection<Descriptor> blobs(List<Descriptor> entries) throws IOException {
        Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
        for (Descriptor entry : entries) {
            if (!blobs.containsKey(entry.digest())) {
                new ImageGraph(source).complete(entry).forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
            }
        }
        return blobs.values();
    }

    private void addTo(Path directory, Collection<Descriptor> blobs, List<Descriptor> entries) throws IOException {
        List<Descriptor> merged = new ArrayList<>();
        try (OciLayout existing = OciLayout.open(directory)) {
            for (Descriptor old : existing.entries()) {
                if (entries.stream().noneMatch(entry -> replaces(entry, old))) {
                    merged.add(old);
                }
            }
        } catch (EngineException e) {
            throw occupied(directory, e);
        }
        merged.addAll(entries);
        List<Path> added = new ArrayList<>();
        boolean done = false;
        try {
            fill(directory, blobs, merged, added);
            done = true;
        } finally {
            if (!done) {
                for (Path file : added) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * Looks whether {@link #directory} could write there.
     *
     * @throws EngineException of kind USAGE if there is something else than a layout or an empty directory
     */
    public static void requireUsable(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new EngineException(ErrorKind.USAGE, directory + " is a file, and an OCI layout is a directory",
                    "choose another name, or write a tar with tar=true", null);
        }
        if (!isMissingOrEmpty(directory)) {
            try {
                OciLayout.open(directory).close();
            } catch (EngineException e) {
                throw occupied(directory, e);
            }
        }
    }

    private static EngineException occupied(Path directory, EngineException cause) {
        return new EngineException(
                ErrorKind.USAGE,
                directory + " is not empty and no OCI layout: nothing is written into it",
                "choose a directory that is new, empty or an OCI layout",
                cause);
    }

    private static boolean replaces(Descriptor entry, Descriptor old) {
        String name = entry.annotations() == null ? null : entry.annotations().get(OciLayout.REF_NAME);
        String oldName = old.annotations() == null ? null : old.annotations().get(OciLayout.REF_NAME);
        return name == null ? entry.digest().equals(old.digest()) : name.equals(oldName);
    }

    /**
     * Writes the files of a layout, the index at last.
     *
     * @param added takes the blobs that were not there before
     */
    private void fill(Path directory, Collection<Descriptor> blobs, List<Descriptor> entries, List<Path> added)
            throws IOException {
        Path blobDirectory = directory.resolve(OciLayout.BLOBS);
        Files.createDirectories(blobDirectory);
        for (Descriptor blob : blobs) {
            Path file = blobDirectory.resolve(blob.digest().hex());
            if (Files.isRegularFile(file) && Files.size(file) == blob.size()) {
                continue;
            }
            try (StagedOutput staged = StagedOutput.file(file)) {
                source.copyTo(blob.digest(), staged.path());
                added.add(file);
                staged.publish();
            }
        }
        if (!Files.exists(directory.resolve(OciLayout.VERSION_FILE))) {
            replace(directory.resolve(OciLayout.VERSION_FILE), marker());
        }
        replace(directory.resolve(OciLayout.INDEX_FILE), index(entries));
    }

    private static void replace(Path file, byte[] content) throws IOException {
        try (StagedOutput staged = StagedOutput.file(file)) {
            Files.write(staged.path(), content);
            staged.publish();
        }
    }

    private static boolean isMissingOrEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            return !files.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /**
     * The entries of index.json: one for each name, with the annotations that containerd, skopeo and BuildKit look
     * for.
     */
    private static List<Descriptor> entries(
            Descriptor image, List<ImageReference> names, List<Descriptor> referrers) {
        List<Descriptor> entries = new ArrayList<>();
        if (names.isEmpty()) {
            entries.add(image.withAnnotations(null));
        }
        Set<String> tags = new HashSet<>();
        for (ImageReference name : names) {
            Map<String, String> annotations = new LinkedHashMap<>();
            annotations.put(OciLayout.IMAGE_NAME, name.toString());
            // A reader that looks for a tag must find one image: of several names with one tag the first has it.
            String tag = name.tag() == null ? "latest" : name.tag();
            annotations.put(OciLayout.REF_NAME, tags.add(tag) ? tag : name.toString());
            entries.add(image.withAnnotations(annotations));
        }
        entries.addAll(referrers);
        return entries;
    }

    private static byte[] marker() {
        return ImageJson.write(Map.of("imageLayoutVersion", OciLayout.VERSION));
    }

    private static byte[] index(List<Descriptor> entries) {
        return ImageJson.write(ImageIndex.of(MediaTypes.OCI_INDEX, entries));
    }
}
