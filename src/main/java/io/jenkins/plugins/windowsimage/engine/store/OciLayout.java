package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images that somebody keeps as files in the form of the OCI image layout 1.0, in a directory or an uncompressed
 * tar. Manifests are verified when they are read; other blobs are not, so copy them into a store ({@link
 * ImageCopy}) before using them. Thread-safe.
 */
public final class OciLayout implements BlobSource, Closeable {
    static final String VERSION_FILE = "oci-layout";
    static final String INDEX_FILE = "index.json";
    static final String BLOBS = "blobs/sha256/";
    static final String VERSION = "1.0.0";
    /** Tag of an image within a layout (OCI image specification, annotations). */
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    /** Full name of an image, as containerd and BuildKit write it. */
    static final String IMAGE_NAME = "io.containerd.image.name";

    private final Path path;
    private final BlobFiles files;
    private final RawManifest index;

    private OciLayout(Path path, BlobFiles files) throws IOException {
        this.path = path;
        this.files = files;
        Marker marker = read(VERSION_FILE, Marker.class);
        if (marker.version() == null || !marker.version().startsWith("1.")) {
            throw broken(path, "it has the version " + marker.version() + ", known is " + VERSION, null);
        }
        this.index = new RawManifest(MediaTypes.OCI_INDEX, files.small(INDEX_FILE));
        ImageIndex entries = read(INDEX_FILE, ImageIndex.class);
        if (entries.schemaVersion() != 2) {
            throw broken(path, INDEX_FILE + " does not have the schema version 2", null);
        }
        if (entries.manifests().stream().anyMatch(entry -> entry.digest() == null || entry.size() < 0)) {
            throw broken(path, "an entry of " + INDEX_FILE + " lacks its digest or size", null);
        }
    }

    /** The file {@code oci-layout}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Marker(@JsonProperty("imageLayoutVersion") String version) {}

    /** Reads the named files of a layout. */
    interface BlobFiles extends Closeable {
        /** Empty if there is no such file. */
        Optional<SeekableByteChannel> find(String name) throws IOException;

        boolean contains(String name);

        /** A file of at most {@link ImageGraph#MAXIMUM_MANIFEST} bytes. */
        default byte[] small(String name) throws IOException {
            Optional<SeekableByteChannel> found = find(name);
            if (found.isEmpty()) {
                throw new NoSuchFileException(name);
            }
            try (SeekableByteChannel channel = found.get()) {
                if (channel.size() > ImageGraph.MAXIMUM_MANIFEST) {
                    throw new IOException(name + " is " + channel.size() + " bytes long");
                }
                return Channels.newInputStream(channel).readAllBytes();
            }
        }
    }

    /**
     * Opens a directory or a tar.
     *
     * @throws EngineException of kind CONTEXT_READ that names the path, if there is no layout
     */
    public static OciLayout open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw broken(path, "there is no such file or directory", null);
        }
        if (!Files.isDirectory(path) && !Files.isRegularFile(path)) {
            // Opening a pipe waits for somebody to write into it.
            throw broken(path, "it is neither a directory nor a file", null);
        }
        BlobFiles files = null;
        try {
            files = Files.isDirectory(path) ? new LayoutDirectory(path) : new LayoutTar(path);
            return new OciLayout(path, files);
        } catch (IOException e) {
            closeAfter(files);
            String reason =
                    e instanceof NoSuchFileException missing ? missing.getFile() + " is missing" : e.getMessage();
            throw broken(path, reason, e);
        } catch (RuntimeException e) {
            closeAfter(files);
            throw e;
        }
    }

    private static void closeAfter(BlobFiles files) throws IOException {
        if (files != null) {
            files.close();
        }
    }

    private <T> T read(String name, Class<T> type) throws IOException {
        try {
            return ImageJson.read(files.small(name), type, name);
        } catch (IllegalArgumentException e) {
            throw broken(path, e.getMessage(), e);
        }
    }

    private static EngineException broken(Path path, String reason, Exception cause) {
        return new EngineException(
                ErrorKind.CONTEXT_READ, path + " is not an OCI image layout: " + reason, null, cause);
    }

    /** All images, as the layout lists them; what only refers to them, such as an SBOM, is none. */
    public List<Descriptor> images() {
        return entries().stream().filter(entry -> entry.artifactType() == null).toList();
    }

    /** Everything that the layout lists. */
    List<Descriptor> entries() {
        return index.index().manifests();
    }

    /**
     * The manifest or index that is meant: by digest, else by tag or full name, else the only image. A layout of
     * several images without a selection is itself the answer, as an index, if each of them names its platform.
     *
     * @param tag null when none was given
     * @param digest null when none was given
     * @throws EngineException of kind CONTEXT_READ that lists what there is, if nothing or more than one image fits
     */
    public RawManifest find(String tag, Digest digest) throws IOException {
        if (digest != null) {
            return byDigest(digest);
        }
        List<Descriptor> images = images();
        if (tag != null) {
            return one(images.stream().filter(image -> isNamed(image, tag)).toList(), "the tag " + tag);
        }
        if (images.stream().map(Descriptor::digest).distinct().count() <= 1) {
            return one(images, "an image");
        }
        List<Descriptor> latest = images.stream().filter(image -> isNamed(image, "latest")).toList();
        if (!latest.isEmpty()) {
            return one(latest, "the tag latest");
        }
        if (images.size() == entries().size() && images.stream().allMatch(image -> image.platform() != null)) {
            return index;
        }
        return one(images, "a single image");
    }

    private RawManifest byDigest(Digest digest) throws IOException {
        for (Descriptor image : images()) {
            if (image.digest().equals(digest)) {
                return new ImageGraph(this).manifest(image);
            }
        }
        // Images that only an index of the layout names.
        for (Descriptor image : images()) {
            for (Descriptor child : new ImageGraph(this).closure(image)) {
                if (child.digest().equals(digest) && ImageGraph.hasChildren(child)) {
                    return new ImageGraph(this).manifest(child);
                }
            }
        }
        throw notFound("the digest " + digest);
    }

    private RawManifest one(List<Descriptor> fitting, String wanted) throws IOException {
        if (fitting.stream().map(Descriptor::digest).distinct().count() != 1) {
            throw notFound(wanted);
        }
        if (!ImageGraph.hasChildren(fitting.get(0))) {
            throw broken(path, fitting.get(0).digest() + " is no image but " + fitting.get(0).mediaType(), null);
        }
        return new ImageGraph(this).manifest(fitting.get(0));
    }

    private EngineException notFound(String wanted) {
        List<String> offered = images().stream().map(OciLayout::describe).distinct().limit(20).toList();
        return new EngineException(
                ErrorKind.CONTEXT_READ,
                "the OCI layout " + path + " does not have exactly one image for " + wanted + "; it has "
                        + (offered.isEmpty() ? "none at all" : String.join(", ", offered)),
                "choose one with " + ImageLocation.PREFIX + path + ":TAG or @sha256:DIGEST",
                null);
    }

    private static String describe(Descriptor image) {
        String name = annotation(image, REF_NAME);
        return name == null ? image.digest().toString() : name;
    }

    private static boolean isNamed(Descriptor image, String tag) {
        String reference = annotation(image, REF_NAME);
        String name = annotation(image, IMAGE_NAME);
        return tag.equals(reference)
                || tag.equals(name)
                || (reference != null && reference.endsWith(":" + tag))
                || (name != null && name.endsWith(":" + tag));
    }

    private static String annotation(Descriptor image, String key) {
        Map<String, String> annotations = image.annotations();
        return annotations == null ? null : annotations.get(key);
    }

    @Override
    public boolean contains(Digest digest) {
        return isIndexItself(digest) || files.contains(BLOBS + digest.hex());
    }

    @Override
    public long size(Digest digest) throws IOException {
        try (SeekableByteChannel channel = open(digest)) {
            return channel.size();
        }
    }

    @Override
    public SeekableByteChannel open(Digest digest) throws IOException {
        if (isIndexItself(digest)) {
            return files.find(INDEX_FILE).orElseThrow();
        }
        return files.find(BLOBS + digest.hex())
                .orElseThrow(() -> new NoSuchFileException(digest.toString(), null, "not in the OCI layout " + path));
    }

    /** {@link #find} may answer with index.json, which is no blob of the layout but can be read as one. */
    private boolean isIndexItself(Digest digest) {
        return index.digest().equals(digest);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
