package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.Fuzz;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Hostile OCI layouts, cache manifests and records. */
public class StoreFuzzTest {
    private static final ImageReference HELLO = ImageReference.parse("example.org/hello:1");
    private static final String[] DICTIONARY = {
        "\"digest\":\"sha256:../../x\"", "\"size\":-1", "\"manifests\":[null]", "null,", "[".repeat(2000), "\"mediaType\":null", "\"layer\":-1"
    };

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private DiskContentStore store;
    private SampleImage image;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        store = new DiskContentStore(root);
        image = SampleImage.in(store, "a", "b");
    }

    @After
    public void close() throws IOException {
        store.close();
    }

    @Test
    public void oci_archives() throws Exception {
        Path tar = folder.getRoot().toPath().resolve("layout.tar");
        new OciLayoutWriter(store).tar(tar, image.root(), List.of(HELLO));
        byte[] seed = Files.readAllBytes(tar);
        Path input = folder.newFile().toPath();
        Fuzz.of("oci archive", EngineException.class, IOException.class, IllegalArgumentException.class)
                .run(600, Fuzz.mutationsOf(List.of(seed), DICTIONARY), bytes -> {
                    Files.write(input, bytes);
                    copy(input);
                });
    }

    @Test
    public void the_index_of_an_oci_directory() throws Exception {
        Path layout = folder.getRoot().toPath().resolve("layout");
        new OciLayoutWriter(store).directory(layout, image.root(), List.of(HELLO));
        byte[] seed = Files.readAllBytes(layout.resolve("index.json"));
        Fuzz.of("oci index", EngineException.class, IOException.class, IllegalArgumentException.class)
                .run(600, Fuzz.mutationsOf(List.of(seed), DICTIONARY), bytes -> {
                    Files.write(layout.resolve("index.json"), bytes);
                    copy(layout);
                });
    }

    private void copy(Path layout) throws IOException {
        try (OciLayout opened = OciLayout.open(layout)) {
            RawManifest found = opened.find(null, null);
            ImageCopy.image(found.descriptor(), opened, store);
        }
    }

    @Test
    public void cache_manifests() throws Exception {
        TreeMap<Digest, CachedStep> steps = new TreeMap<>();
        steps.put(Digest.of("key"), new CachedStep(image.layers().get(0), image.diffIds().get(0), 10, "2026-01-01T00:00:00Z"));
        Descriptor manifest = new CacheManifest(steps).write(store);
        byte[] raw = new ImageGraph(store).content(manifest);
        byte[] config = new ImageGraph(store).content(new RawManifest(manifest.mediaType(), raw).manifest().config());
        String text = new String(raw, java.nio.charset.StandardCharsets.UTF_8);
        Fuzz.of("cache manifest", EngineException.class, IOException.class, IllegalArgumentException.class)
                .run(150, Fuzz.mutationsOf(List.of(config), DICTIONARY), bytes -> {
                    Descriptor changed = SampleImage.put(store, CacheManifest.CONFIG_TYPE, bytes);
                    Descriptor old = Descriptor.of(CacheManifest.CONFIG_TYPE, config);
                    String outer = text.replace(old.digest().toString(), changed.digest().toString())
                            .replace("\"size\":" + old.size() + "}", "\"size\":" + changed.size() + "}");
                    Descriptor whole = SampleImage.put(
                            store, manifest.mediaType(), outer.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    CacheManifest.read(store, whole);
                });
    }

    @Test
    public void records_of_images_and_referrers() throws Exception {
        ImageNames names = new ImageNames(root);
        names.put(HELLO, image.root(), Instant.EPOCH, "0123456789ab");
        Path record;
        try (Stream<Path> files = Files.list(root.images())) {
            record = files.findFirst().orElseThrow();
        }
        byte[] seed = Files.readAllBytes(record);
        Fuzz.of("image record", IOException.class).run(200, Fuzz.mutationsOf(List.of(seed), DICTIONARY), bytes -> {
            Files.write(record, bytes);
            new Pruner(root).prune(new PruneOptions(null, 0, false, true));
            if (names.find(HELLO).isEmpty() && names.list().isEmpty()) {
                throw new IOException("forgotten");
            }
        });
        assertEquals("nothing is removed by looking", true, Files.exists(record));
    }
}
