package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** What a user sees in an image that was written as an OCI layout: read with nothing of the engine, to prove the engine. */
final class OciTree {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path layout;
    private final JsonNode manifest;

    OciTree(Path layout) throws IOException {
        this.layout = layout;
        JsonNode entry = JSON.readTree(layout.resolve("index.json").toFile()).get("manifests").get(0);
        this.manifest = JSON.readTree(blob(entry.get("digest").asText()));
    }

    private byte[] blob(String digest) throws IOException {
        byte[] content = Files.readAllBytes(blobFile(digest));
        if (!digest.equals(sha256(content))) {
            throw new AssertionError("the blob " + digest + " has another digest");
        }
        return content;
    }

    private Path blobFile(String digest) {
        return layout.resolve("blobs").resolve("sha256").resolve(digest.substring("sha256:".length()));
    }

    static String sha256(byte[] content) {
        try {
            return "sha256:" + HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    JsonNode manifest() {
        return manifest;
    }

    JsonNode config() throws IOException {
        return JSON.readTree(blob(manifest.get("config").get("digest").asText()));
    }

    /** The entries of one layer's tar, in order. */
    List<TarArchiveEntry> entries(int layer) throws IOException {
        List<TarArchiveEntry> entries = new ArrayList<>();
        read(layer, (entry, content) -> entries.add(entry));
        return entries;
    }

    /**
     * The merged files below {@code Files/}: directories end in a slash and map to "dir", files map to their text, links to
     * {@code -> target}.
     */
    Map<String, String> files() throws IOException {
        Map<String, String> tree = new TreeMap<>();
        for (int layer = 0; layer < manifest.get("layers").size(); layer++) {
            read(layer, (entry, content) -> add(tree, entry, content));
        }
        return tree;
    }

    private static void add(Map<String, String> tree, TarArchiveEntry entry, InputStream content) {
        String name = entry.getName().replaceAll("/$", "");
        if (!name.startsWith("Files/")) {
            return;
        }
        String path = name.substring("Files/".length());
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (last.startsWith(".wh.")) {
            String hidden = path.substring(0, path.length() - last.length()) + last.substring(".wh.".length());
            tree.keySet().removeIf(key -> key.equals(hidden) || key.startsWith(hidden + "/"));
        } else if (entry.isDirectory()) {
            tree.put(path + "/", "dir");
        } else if (entry.isSymbolicLink()) {
            tree.put(path, "-> " + entry.getLinkName());
        } else if (entry.isLink()) {
            tree.put(path, tree.get(entry.getLinkName().substring("Files/".length())));
        } else {
            try {
                tree.put(path, new String(content.readAllBytes(), StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void read(int layer, EntryReader reader) throws IOException {
        String digest = manifest.get("layers").get(layer).get("digest").asText();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(blobFile(digest)))), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                reader.read(entry, tar);
            }
        }
    }

    private interface EntryReader {
        void read(TarArchiveEntry entry, InputStream content);
    }
}
