package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Cached steps in the form in which machines exchange them. As an artifact of its own it is an OCI image manifest
 * whose config lists the steps and whose layers are theirs, so that it can be pushed, pulled and copied as an image
 * is. Inline it is an annotation of the manifest of the image that the steps made; then it holds only steps whose
 * layers the image has.
 *
 * <p>What is read comes from outside: its form is checked here, its layers by {@link ImportedCache}.
 *
 * @param steps by key
 */
public record CacheManifest(SortedMap<Digest, CachedStep> steps) {
    /** Artifact type of the manifest. */
    public static final String ARTIFACT_TYPE = "application/vnd.jenkins.windows-image.cache.v1+json";
    /** Media type of its config. */
    public static final String CONFIG_TYPE = "application/vnd.jenkins.windows-image.cache.config.v1+json";
    /** Annotation of an image manifest that holds inline steps. */
    public static final String ANNOTATION = "io.jenkins.windows-image.cache.v1";
    /** Tag of the cache in a directory. */
    static final String TAG = "cache";

    public CacheManifest {
        steps = Collections.unmodifiableSortedMap(new TreeMap<>(steps));
    }

    /**
     * A step by the place of its layer in the manifest.
     *
     * @param layer null for a step without a layer
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Entry(
            @JsonProperty("key") Digest key,
            @JsonProperty("layer") Integer layer,
            @JsonProperty("diffId") Digest diffId,
            @JsonProperty("uncompressedSize") long uncompressedSize,
            @JsonProperty("created") String created) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Entries(@JsonProperty("steps") List<Entry> steps) {}

    /**
     * Puts config and manifest of the artifact into a store that holds the layers.
     *
     * @return the manifest, to be pushed as an image is
     */
    public Descriptor write(ContentStore store) throws IOException {
        Map<Digest, Descriptor> layers = new LinkedHashMap<>();
        for (CachedStep step : steps.values()) {
            if (step.layer() != null) {
                layers.putIfAbsent(step.layer().digest(), step.layer());
            }
        }
        List<Descriptor> ordered = List.copyOf(layers.values());
        byte[] config = ImageJson.write(new Entries(entries(ordered)));
        Descriptor configDescriptor = put(store, CONFIG_TYPE, config);
        Manifest manifest =
                new Manifest(2, MediaTypes.OCI_MANIFEST, ARTIFACT_TYPE, configDescriptor, ordered, null, null);
        return put(store, MediaTypes.OCI_MANIFEST, ImageJson.write(manifest));
    }

    /**
     * Writes the artifact into a directory, an OCI layout, where it takes the place of an earlier one.
     *
     * @param store holds the layers
     * @param cancellation ends the copying of layers that cannot be shared with the store
     */
    public void writeTo(Path directory, ContentStore store, Cancellation cancellation) throws IOException {
        Descriptor manifest = write(store).withAnnotations(Map.of(OciLayout.REF_NAME, TAG));
        new OciLayoutWriter(new CancellableBlobs(store, cancellation)).directory(directory, manifest);
    }

    /** Reads the artifact of a directory that {@link #writeTo} wrote. */
    public static CacheManifest read(OciLayout directory) throws IOException {
        return read(directory, directory.find(TAG, null).descriptor());
    }

    /**
     * Reads the artifact.
     *
     * @throws IllegalArgumentException with a sentence if it is none, or is malformed
     */
    public static CacheManifest read(BlobSource source, Descriptor descriptor) throws IOException {
        ImageGraph graph = new ImageGraph(source);
        Manifest manifest = graph.manifest(descriptor).manifest();
        if (!CONFIG_TYPE.equals(manifest.config().mediaType())) {
            throw new IllegalArgumentException(
                    descriptor.digest() + " is no build cache: its config is of type "
                            + manifest.config().mediaType());
        }
        return parse(graph.content(manifest.config()), manifest.layers());
    }

    /**
     * The value of {@link #ANNOTATION} for an image with these layers; steps with other layers are left out.
     */
    public String annotation(List<Descriptor> layers) {
        return new String(ImageJson.write(new Entries(entries(layers))), StandardCharsets.UTF_8);
    }

    /**
     * The inline steps of an image; empty if it has none.
     *
     * @throws IllegalArgumentException with a sentence if they are malformed
     */
    public static Optional<CacheManifest> inline(RawManifest raw) {
        Manifest manifest = raw.manifest();
        String value = manifest.annotations() == null ? null : manifest.annotations().get(ANNOTATION);
        return value == null
                ? Optional.empty()
                : Optional.of(parse(value.getBytes(StandardCharsets.UTF_8), manifest.layers()));
    }

    private List<Entry> entries(List<Descriptor> layers) {
        List<Digest> digests = layers.stream().map(Descriptor::digest).toList();
        List<Entry> entries = new ArrayList<>();
        steps.forEach((key, step) -> {
            int layer = step.layer() == null ? -1 : digests.indexOf(step.layer().digest());
            if (step.layer() == null || layer >= 0) {
                entries.add(new Entry(
                        key, layer < 0 ? null : layer, step.diffId(), step.uncompressedSize(), step.created()));
            }
        });
        return entries;
    }

    private static CacheManifest parse(byte[] json, List<Descriptor> layers) {
        SortedMap<Digest, CachedStep> steps = new TreeMap<>();
        Entries entries = ImageJson.read(json, Entries.class, "build cache");
        if (entries.steps() == null) {
            throw new IllegalArgumentException("not a valid build cache: it lists no steps");
        }
        for (Entry entry : entries.steps()) {
            if (entry == null || entry.key() == null) {
                throw new IllegalArgumentException("not a valid build cache: a step lacks its key");
            }
            if (entry.layer() != null && (entry.layer() < 0 || entry.layer() >= layers.size())) {
                throw new IllegalArgumentException("not a valid build cache: there is no layer " + entry.layer());
            }
            Descriptor layer = entry.layer() == null ? null : layers.get(entry.layer());
            try {
                steps.put(
                        entry.key(), new CachedStep(layer, entry.diffId(), entry.uncompressedSize(), entry.created()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not a valid build cache: " + e.getMessage(), e);
            }
        }
        return new CacheManifest(steps);
    }

    private static Descriptor put(ContentStore store, String mediaType, byte[] content) throws IOException {
        Descriptor descriptor = Descriptor.of(mediaType, content);
        if (!store.contains(descriptor)) {
            try (BlobWriter writer = store.writer()) {
                writer.write(content, 0, content.length);
                writer.commit(descriptor.digest());
            }
        }
        return descriptor;
    }
}
