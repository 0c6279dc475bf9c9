package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class CacheManifestTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final Digest COPY = Digest.of("COPY a");
    private static final Digest ENV = Digest.of("ENV b");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot here;
    private StorageRoot there;
    private DiskContentStore store;
    private DiskContentStore otherStore;
    private Descriptor layer;
    private CachedStep copy;
    private CacheManifest cache;
    private Path directory;

    @Before
    public void open() throws IOException {
        here = new StorageRoot(folder.newFolder("here").toPath());
        there = new StorageRoot(folder.newFolder("there").toPath());
        store = new DiskContentStore(here);
        otherStore = new DiskContentStore(there);
        byte[] tar = SampleImage.tar("a");
        layer = SampleImage.put(store, MediaTypes.OCI_LAYER_GZIP, SampleImage.gzip(tar));
        copy = CachedStep.of(layer, Digest.of(tar), tar.length, NOON);
        cache = new CacheManifest(new TreeMap<>(Map.of(COPY, copy, ENV, CachedStep.withoutLayer(NOON))));
        directory = folder.getRoot().toPath().resolve("cache");
    }

    @After
    public void close() throws IOException {
        store.close();
        otherStore.close();
    }

    @Test
    public void a_step_is_found_again_while_its_layer_is_there() throws IOException {
        InstructionCache local = new InstructionCache(here);
        assertEquals(Optional.empty(), local.find(COPY, store));
        local.put(COPY, copy);
        assertEquals(Optional.of(copy), local.find(COPY, store));
        Files.delete(here.blobs().resolve(layer.digest().hex()));
        assertEquals(Optional.empty(), local.find(COPY, store));
    }

    @Test
    public void a_damaged_record_is_a_miss() throws IOException {
        InstructionCache local = new InstructionCache(here);
        local.put(COPY, copy);
        Files.writeString(here.cache().resolve(COPY.hex() + ".json"), "{\"layer\":{\"digest\":\"sha256:x\"}}");
        assertEquals(Optional.empty(), local.find(COPY, store));
    }

    @Test
    public void a_cache_travels_in_a_directory_and_its_layers_follow_when_they_are_wanted() throws IOException {
        cache.writeTo(directory, store, new Cancellation());
        InstructionCache local = new InstructionCache(there);
        try (OciLayout layout = OciLayout.open(directory)) {
            assertEquals(cache, CacheManifest.read(layout));
            ImportedCache imported = ImportedCache.of(layout, local);
            assertEquals(Optional.of(CachedStep.withoutLayer(NOON)), imported.find(ENV, otherStore));
            assertFalse(otherStore.contains(layer));
            assertEquals(Optional.of(copy), imported.find(COPY, otherStore));
            assertTrue(otherStore.contains(layer));
            assertEquals(Optional.empty(), imported.find(Digest.of("RUN c"), otherStore));
        }
        assertEquals(Optional.of(copy), local.find(COPY, otherStore));
    }

    @Test
    public void a_later_cache_takes_the_place_of_the_earlier_one() throws IOException {
        cache.writeTo(directory, store, new Cancellation());
        CacheManifest later = new CacheManifest(new TreeMap<>(Map.of(COPY, copy)));
        later.writeTo(directory, store, new Cancellation());
        try (OciLayout layout = OciLayout.open(directory)) {
            assertEquals(1, layout.images().size());
            assertEquals(later, CacheManifest.read(layout));
        }
    }

    @Test
    public void equal_caches_give_equal_manifests() throws IOException {
        assertEquals(cache.write(store), new CacheManifest(new TreeMap<>(cache.steps())).write(store));
    }

    @Test
    public void steps_travel_inside_the_image_they_made() throws IOException {
        SampleImage image = SampleImage.in(store, "x");
        Descriptor other = SampleImage.put(store, MediaTypes.OCI_LAYER, SampleImage.tar("other"));
        Digest elsewhere = Digest.of("RUN elsewhere");
        Map<Digest, CachedStep> steps = new TreeMap<>(cache.steps());
        steps.put(elsewhere, CachedStep.of(other, other.digest(), other.size(), NOON));
        String value = new CacheManifest(new TreeMap<>(steps)).annotation(List.of(image.layers().get(0), layer));
        Manifest manifest = new Manifest(
                2,
                MediaTypes.OCI_MANIFEST,
                null,
                image.config(),
                List.of(image.layers().get(0), layer),
                null,
                Map.of(CacheManifest.ANNOTATION, value));
        assertEquals(Optional.of(cache), CacheManifest.inline(RawManifest.of(manifest)));
        Manifest plain = Manifest.of(MediaTypes.OCI_MANIFEST, image.config(), List.of());
        assertEquals(Optional.empty(), CacheManifest.inline(RawManifest.of(plain)));
    }

    @Test
    public void a_step_that_lies_about_its_tar_is_a_miss() throws IOException {
        long size = copy.uncompressedSize();
        List<CachedStep> lies = List.of(
                CachedStep.of(layer, Digest.of("another tar"), size, NOON),
                CachedStep.of(layer, copy.diffId(), size - 1, NOON),
                CachedStep.of(layer, copy.diffId(), size + 1, NOON));
        for (CachedStep lie : lies) {
            ImportedCache imported = new ImportedCache(
                    new CacheManifest(new TreeMap<>(Map.of(COPY, lie))),
                    (wanted, target) -> ImageCopy.blob(wanted, store, target),
                    new InstructionCache(there));
            assertEquals(Optional.empty(), imported.find(COPY, otherStore));
            assertEquals(Optional.empty(), new InstructionCache(there).find(COPY, otherStore));
        }
    }

    @Test
    public void a_malformed_cache_is_refused_with_a_sentence() throws IOException {
        List<String> malformed = List.of(
                "{}",
                "[]",
                "{\"steps\":[null]}",
                "{\"steps\":[{\"key\":\"sha256:short\",\"created\":\"2026-11-01T12:00:00Z\"}]}",
                "{\"steps\":[{\"key\":\"" + COPY + "\",\"layer\":7,\"created\":\"2026-11-01T12:00:00Z\"}]}",
                "{\"steps\":[{\"key\":\"" + COPY + "\",\"layer\":0,\"created\":\"2026-11-01T12:00:00Z\"}]}",
                "{\"steps\":[{\"key\":\"" + COPY + "\",\"created\":\"yesterday\"}]}",
                "{\"steps\":[{\"key\":\"" + COPY
                        + "\",\"uncompressedSize\":-1,\"created\":\"2026-11-01T12:00:00Z\"}]}");
        for (String json : malformed) {
            Descriptor config = SampleImage.put(
                    store, CacheManifest.CONFIG_TYPE, json.getBytes(StandardCharsets.UTF_8));
            Manifest manifest = Manifest.of(MediaTypes.OCI_MANIFEST, config, List.of(layer));
            Descriptor root = SampleImage.put(store, MediaTypes.OCI_MANIFEST, ImageJson.write(manifest));
            IllegalArgumentException refused =
                    assertThrows(json, IllegalArgumentException.class, () -> CacheManifest.read(store, root));
            assertTrue(refused.getMessage(), refused.getMessage().contains("build cache"));
        }
        SampleImage image = SampleImage.in(store, "a");
        assertThrows(IllegalArgumentException.class, () -> CacheManifest.read(store, image.root()));
    }
}
