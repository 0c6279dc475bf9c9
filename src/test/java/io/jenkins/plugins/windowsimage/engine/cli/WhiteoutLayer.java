package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Puts a layer on the image of an OCI layout as RUN would make it: this machine has no containers. */
final class WhiteoutLayer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WhiteoutLayer() {}

    /** Adds a layer with one empty entry of this name. */
    static void addTo(Path layout, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry(name));
            tar.closeArchiveEntry();
        }
        ObjectNode index = (ObjectNode) JSON.readTree(layout.resolve("index.json").toFile());
        ObjectNode entry = (ObjectNode) index.at("/manifests/0");
        ObjectNode manifest = (ObjectNode) JSON.readTree(blob(layout, entry.get("digest").asText()).toFile());
        ObjectNode config = (ObjectNode) JSON.readTree(blob(layout, manifest.at("/config/digest").asText()).toFile());
        ObjectNode layer = ((ArrayNode) manifest.get("layers")).addObject();
        layer.put("mediaType", "application/vnd.oci.image.layer.v1.tar");
        put(layout, layer, bytes.toByteArray());
        ((ArrayNode) config.at("/rootfs/diff_ids")).add(layer.get("digest").asText());
        put(layout, (ObjectNode) manifest.get("config"), JSON.writeValueAsBytes(config));
        put(layout, entry, JSON.writeValueAsBytes(manifest));
        JSON.writeValue(layout.resolve("index.json").toFile(), index);
    }

    private static void put(Path layout, ObjectNode descriptor, byte[] content) throws IOException {
        descriptor.put("digest", OciTree.sha256(content)).put("size", content.length);
        Files.write(blob(layout, descriptor.get("digest").asText()), content);
    }

    private static Path blob(Path layout, String digest) {
        return layout.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }
}
