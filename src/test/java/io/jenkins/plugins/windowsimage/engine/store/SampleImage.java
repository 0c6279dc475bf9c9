package io.jenkins.plugins.windowsimage.engine.store;

import com.github.luben.zstd.Zstd;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.History;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.image.RootFs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A small image with one layer of each given text, compressed with gzip, zstd and not at all in turns.
 *
 * @param root its manifest
 */
record SampleImage(Descriptor root, Descriptor config, List<Descriptor> layers, List<Digest> diffIds) {

    static SampleImage in(ContentStore store, String... texts) throws IOException {
        List<Descriptor> layers = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        List<History> history = new ArrayList<>();
        for (String text : texts) {
            byte[] tar = tar(text);
            diffIds.add(Digest.of(tar));
            switch (layers.size() % 3) {
                case 0 -> layers.add(put(store, MediaTypes.OCI_LAYER_GZIP, gzip(tar)));
                case 1 -> layers.add(put(store, MediaTypes.OCI_LAYER_ZSTD, Zstd.compress(tar)));
                default -> layers.add(put(store, MediaTypes.OCI_LAYER, tar));
            }
            history.add(new History("2026-11-01T12:00:00Z", "COPY " + text, null, null, null));
        }
        ImageConfig config = ImageConfig.scratch(Platform.WINDOWS_AMD64.withOsVersion("10.0.20348.2227"))
                .withLayers(new RootFs("layers", diffIds), history)
                .withCreated("2026-11-01T12:00:00Z");
        Descriptor configBlob = put(store, MediaTypes.OCI_CONFIG, ImageJson.write(config));
        RawManifest manifest = RawManifest.of(Manifest.of(MediaTypes.OCI_MANIFEST, configBlob, layers));
        return new SampleImage(put(store, MediaTypes.OCI_MANIFEST, manifest.bytes()), configBlob, layers, diffIds);
    }

    static Descriptor put(ContentStore store, String mediaType, byte[] content) throws IOException {
        try (BlobWriter writer = store.writer()) {
            writer.write(content, 0, content.length);
            writer.commit();
        }
        return Descriptor.of(mediaType, content);
    }

    static byte[] tar(String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("Files/text.txt");
            entry.setSize(content.length);
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Two members, as a parallel compressor writes them.
        int half = content.length / 2;
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content, 0, half);
        }
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content, half, content.length - half);
        }
        return bytes.toByteArray();
    }
}
