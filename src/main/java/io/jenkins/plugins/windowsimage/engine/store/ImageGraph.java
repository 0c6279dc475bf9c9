package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the manifests and indexes of a blob source name: the graph from an image down to its layers. Thread-safe. */
public final class ImageGraph {
    /** Length in bytes of the longest manifest that is read; registries refuse longer ones as well. */
    public static final int MAXIMUM_MANIFEST = 4 * 1024 * 1024;

    private static final int MAXIMUM_DEPTH = 8;

    private final BlobSource source;

    public ImageGraph(BlobSource source) {
        this.source = source;
    }

    /** Whether the descriptor names a manifest or an index, rather than a config, a layer or something unknown. */
    public static boolean hasChildren(Descriptor descriptor) {
        String type = descriptor.mediaType();
        return type != null && (MediaTypes.isManifest(type) || MediaTypes.isIndex(type));
    }

    /** Whether an image is complete without this layer: its publisher keeps it elsewhere, and says where. */
    public static boolean mayBeAbsent(Descriptor layer) {
        return layer.mediaType() != null
                && MediaTypes.isForeignLayer(layer.mediaType())
                && layer.urls() != null
                && !layer.urls().isEmpty();
    }

    /**
     * Reads a manifest or index and compares it with its descriptor.
     *
     * @throws java.nio.file.NoSuchFileException if it is not here
     * @throws EngineException of kind IO_ERROR if it is damaged or too long
     */
    public RawManifest manifest(Descriptor descriptor) throws IOException {
        return new RawManifest(descriptor.mediaType(), content(descriptor));
    }

    /** Reads a small blob, such as a manifest or a config, under the same conditions as {@link #manifest}. */
    public byte[] content(Descriptor descriptor) throws IOException {
        if (descriptor.size() > MAXIMUM_MANIFEST) {
            throw new EngineException(
                    ErrorKind.IO_ERROR,
                    descriptor.digest() + " is " + descriptor.size() + " bytes long; a manifest or config has at most "
                            + MAXIMUM_MANIFEST);
        }
        byte[] bytes;
        try (InputStream in = Channels.newInputStream(source.open(descriptor.digest()))) {
            bytes = in.readNBytes(MAXIMUM_MANIFEST + 1);
        }
        if (bytes.length != descriptor.size() || !Digest.of(bytes).equals(descriptor.digest())) {
            throw new EngineException(
                    ErrorKind.IO_ERROR,
                    "the content of " + descriptor.digest() + " is damaged: it has " + bytes.length
                            + " bytes and the digest " + Digest.of(bytes),
                    "pull or build the image again",
                    null);
        }
        return bytes;
    }

    /**
     * What a manifest (config, then layers) or index (manifests) names directly; nothing for other blobs.
     *
     * @throws IllegalArgumentException with a sentence if the content is no manifest or index
     */
    public List<Descriptor> children(Descriptor parent) throws IOException {
        return hasChildren(parent) ? children(manifest(parent)) : List.of();
    }

    /** What a manifest or index names directly. */
    static List<Descriptor> children(RawManifest raw) {
        List<Descriptor> children = new ArrayList<>();
        if (raw.isIndex()) {
            children.addAll(raw.index().manifests());
        } else {
            Manifest manifest = raw.manifest();
            children.add(manifest.config());
            children.addAll(manifest.layers());
        }
        return children;
    }

    /**
     * Everything that the image is made of, each blob once and before what names it, and the image itself at last.
     *
     * @throws java.nio.file.NoSuchFileException if a manifest or index is missing; other blobs are not looked at
     */
    public Collection<Descriptor> closure(Descriptor root) throws IOException {
        Map<Digest, Descriptor> found = new LinkedHashMap<>();
        collect(root, 0, found);
        return found.values();
    }

    /** The manifest or index that a blob of unknown kind seems to be; empty for other blobs, and for damaged ones. */
    Optional<RawManifest> recognise(Digest digest) throws IOException {
        long size = source.size(digest);
        if (size < 2 || size > MAXIMUM_MANIFEST) {
            return Optional.empty();
        }
        try (InputStream in = Channels.newInputStream(source.open(digest))) {
            int first = in.read();
            if (first != '{') {
                return Optional.empty();
            }
        }
        try {
            byte[] bytes = content(new Descriptor(null, digest, size));
            Shape shape = ImageJson.read(bytes, Shape.class, "manifest");
            if (shape.manifests() != null) {
                return Optional.of(new RawManifest(MediaTypes.OCI_INDEX, bytes));
            }
            return shape.config() != null && shape.layers() != null
                    ? Optional.of(new RawManifest(MediaTypes.OCI_MANIFEST, bytes))
                    : Optional.empty();
        } catch (IllegalArgumentException | EngineException e) {
            return Optional.empty();
        }
    }

    /** What tells manifests, indexes and other JSON apart. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Shape(
            @JsonProperty("manifests") JsonNode manifests,
            @JsonProperty("config") JsonNode config,
            @JsonProperty("layers") JsonNode layers) {}

    /**
     * The closure of an image without the foreign layers that are not here.
     *
     * @throws EngineException of kind IO_ERROR if anything else is missing or has another length than the manifest says
     */
    public List<Descriptor> complete(Descriptor root) throws IOException {
        List<Descriptor> present = new ArrayList<>();
        try {
            for (Descriptor blob : closure(root)) {
                if (source.contains(blob)) {
                    present.add(blob);
                } else if (source.contains(blob.digest())) {
                    throw incomplete(root, blob.digest() + " is damaged: it is " + source.size(blob.digest())
                            + " bytes long, expected are " + blob.size());
                } else if (!mayBeAbsent(blob)) {
                    throw incomplete(root, blob.digest() + " is missing");
                }
            }
        } catch (NoSuchFileException e) {
            throw incomplete(root, e.getFile() + " is missing");
        }
        return present;
    }

    private static EngineException incomplete(Descriptor root, String what) {
        return new EngineException(
                ErrorKind.IO_ERROR,
                "the image " + root.digest() + " is not complete: " + what,
                "pull or build the image again",
                null);
    }

    private void collect(Descriptor descriptor, int depth, Map<Digest, Descriptor> found) throws IOException {
        if (depth > MAXIMUM_DEPTH) {
            throw new IllegalArgumentException("indexes within indexes, more than " + MAXIMUM_DEPTH + " deep");
        }
        if (!found.containsKey(descriptor.digest())) {
            for (Descriptor child : children(descriptor)) {
                collect(child, depth + 1, found);
            }
            found.put(descriptor.digest(), descriptor);
        }
    }
}
