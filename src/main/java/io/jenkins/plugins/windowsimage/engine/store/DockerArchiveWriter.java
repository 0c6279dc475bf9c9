package io.jenkins.plugins.windowsimage.engine.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes an image as {@code docker save} does (Docker image specification 1.2, combined image JSON and file system
 * changeset), for {@code docker load}: a tar with the config, the uncompressed layers and {@code manifest.json}.
 */
public final class DockerArchiveWriter {
    private final BlobSource source;

    /** @param source holds the images to write */
    public DockerArchiveWriter(BlobSource source) {
        this.source = source;
    }

    /**
     * An entry of {@code manifest.json}.
     *
     * @param layerSources by diff id, where foreign layers come from; null when there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            @JsonProperty("Config") String config,
            @JsonProperty("RepoTags") List<String> repoTags,
            @JsonProperty("Layers") List<String> layers,
            @JsonProperty("LayerSources") Map<String, Descriptor> layerSources) {}

    /**
     * Writes the archive, in place of a file of that name. It appears as a whole or not at all.
     *
     * @param image a manifest, or an index of one
     * @param names those with a tag become names of the loaded image
     * @throws EngineException of kind NOT_SUPPORTED for an index of several images and for foreign layers that are
     *     not at hand, of kind IO_ERROR if the image is damaged or the file cannot be written
     */
    public void write(Path target, Descriptor image, List<ImageReference> names) throws IOException {
        Path file = target.toAbsolutePath().normalize();
        ImageGraph graph = new ImageGraph(source);
        Descriptor single = single(graph, image);
        graph.complete(single);
        RawManifest raw = graph.manifest(single);
        Manifest manifest = raw.manifest();
        byte[] configBytes = graph.content(manifest.config());
        List<Digest> diffIds = ImageConfig.parse(configBytes).rootfs().diffIds();
        check(manifest, diffIds);
        try (StagedOutput staged = StagedOutput.file(file);
                ArchiveTar tar = new ArchiveTar(staged.path())) {
            List<String> layers = layers(tar, manifest, diffIds);
            String config = manifest.config().digest().hex() + ".json";
            tar.file(config, configBytes);
            List<String> tags = names.stream().filter(name -> name.tag() != null)
                    .map(ImageReference::familiar).distinct().toList();
            tar.file("manifest.json", ImageJson.write(
                    List.of(new Entry(config, tags, layers, foreign(manifest, diffIds)))));
            tar.finish();
            tar.close();
            staged.publish();
        } catch (IOException e) {
            throw WriteFailure.explain("the Docker archive", file, e);
        }
    }

    private static Descriptor single(ImageGraph graph, Descriptor image) throws IOException {
        if (!MediaTypes.isIndex(image.mediaType())) {
            return image;
        }
        List<Descriptor> images = graph.children(image);
        if (images.size() != 1) {
            throw new EngineException(
                    ErrorKind.NOT_SUPPORTED,
                    "a Docker archive holds a single image, " + image.digest() + " is an index of " + images.size(),
                    "choose one of its images, or write an OCI layout with type=oci",
                    null);
        }
        return single(graph, images.get(0));
    }

    private void check(Manifest manifest, List<Digest> diffIds) {
        if (diffIds.size() != manifest.layers().size()) {
            throw new EngineException(
                    ErrorKind.IO_ERROR,
                    "the image has " + manifest.layers().size() + " layers, but its config names " + diffIds.size());
        }
        for (Descriptor layer : manifest.layers()) {
            if (!source.contains(layer.digest())) {
                throw new EngineException(
                        ErrorKind.NOT_SUPPORTED,
                        "the foreign layer " + layer.digest()
                                + " is not at hand, and a Docker archive needs every layer",
                        "write an OCI layout with type=oci, or push the image",
                        null);
            }
        }
    }

    private List<String> layers(ArchiveTar tar, Manifest manifest, List<Digest> diffIds) throws IOException {
        List<String> paths = new ArrayList<>();
        Set<Digest> written = new HashSet<>();
        for (int i = 0; i < diffIds.size(); i++) {
            Digest diffId = diffIds.get(i);
            String directory = diffId.hex() + "/";
            paths.add(directory + "layer.tar");
            if (written.add(diffId)) {
                tar.directory(directory);
                MessageDigest running = Digest.start();
                try (InputStream in =
                        new DigestInputStream(LayerContent.open(source, manifest.layers().get(i)), running)) {
                    tar.file(directory + "layer.tar", in);
                }
                Digest actual = Digest.of(running);
                if (!actual.equals(diffId)) {
                    throw new IOException("the layer " + manifest.layers().get(i).digest()
                            + " holds a tar with the digest " + actual + ", the config says " + diffId);
                }
            }
        }
        return paths;
    }

    private static Map<String, Descriptor> foreign(Manifest manifest, List<Digest> diffIds) {
        Map<String, Descriptor> sources = new TreeMap<>();
        for (int i = 0; i < diffIds.size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            if (layer.mediaType() != null && MediaTypes.isForeignLayer(layer.mediaType())) {
                sources.put(diffIds.get(i).toString(), layer);
            }
        }
        return sources.isEmpty() ? null : sources;
    }
}
