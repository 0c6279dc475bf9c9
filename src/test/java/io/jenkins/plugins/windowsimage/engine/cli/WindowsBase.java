package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.image.RootFs;
import io.jenkins.plugins.windowsimage.engine.layer.transport.LayerTar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A base image as Windows containers need it, with its UtilityVM, written as an OCI layout. */
final class WindowsBase {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WindowsBase() {}

    /**
     * Writes the image.
     *
     * @param layout directory to make
     * @param version of its Windows; null for none
     */
    static void write(Path layout, String version) throws IOException {
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (byte[] tar : List.of(base(), update())) {
            diffIds.add(Digest.of(tar));
            layers.add(put(blobs, MediaTypes.OCI_LAYER_GZIP, gzip(tar)));
        }
        ImageConfig config = ImageConfig.scratch(Platform.WINDOWS_AMD64.withOsVersion(version))
                .withLayers(new RootFs("layers", diffIds), List.of());
        ObjectNode settings = (ObjectNode) JSON.readTree(ImageJson.write(config));
        settings.putObject("config").put("User", "ContainerUser").putArray("Env").add("BASE=from the base").add("Path=C:\\base");
        RawManifest manifest = RawManifest.of(Manifest.of(
                MediaTypes.OCI_MANIFEST, put(blobs, MediaTypes.OCI_CONFIG, JSON.writeValueAsBytes(settings)), layers));
        put(blobs, MediaTypes.OCI_MANIFEST, manifest.bytes());
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}".formatted(
                        MediaTypes.OCI_MANIFEST, manifest.digest(), manifest.bytes().length));
    }

    private static byte[] base() {
        return new LayerTar()
                .directories("Files", "Files/Windows", "Files/Windows/System32")
                .file("Files/Windows/System32/cmd.exe", "cmd")
                .file("Files/Windows/notepad.exe", "notepad")
                .directories("Files/data")
                .file("Files/data/old", "old")
                .file("Files/data/kept", "kept")
                .directories("UtilityVM", "UtilityVM/Files", "UtilityVM/Files/EFI", "UtilityVM/Files/EFI/Microsoft",
                        "UtilityVM/Files/EFI/Microsoft/Boot")
                .file("UtilityVM/Files/EFI/Microsoft/Boot/BCD", "bcd")
                .toBytes();
    }

    private static byte[] update() {
        return new LayerTar()
                .directories("Files", "Files/data")
                .delete("Files/data/old")
                .directories("Hives")
                .hive("Hives/System_Delta", "regf")
                .toBytes();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private static Descriptor put(Path blobs, String mediaType, byte[] content) throws IOException {
        Descriptor descriptor = Descriptor.of(mediaType, content);
        Files.write(blobs.resolve(descriptor.digest().hex()), content);
        return descriptor;
    }
}
