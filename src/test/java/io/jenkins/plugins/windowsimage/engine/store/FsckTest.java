package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FsckTest {
    private static final ImageReference HELLO = ImageReference.parse("hello");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private ImageNames names;
    private SampleImage image;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        names = new ImageNames(root);
        try (DiskContentStore store = new DiskContentStore(root)) {
            image = SampleImage.in(store, "a", "b");
            names.put(HELLO, image.root(), Instant.now(), null);
            Descriptor layer = image.layers().get(0);
            new InstructionCache(root).put(
                    Digest.of("key"), CachedStep.of(layer, image.diffIds().get(0), 10, Instant.now()));
        }
    }

    @Test
    public void a_sound_store_gives_no_findings() throws IOException {
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void a_check_that_is_told_to_stop_does_so_in_the_middle_of_a_blob() {
        Cancellation cancellation = new Cancellation();
        cancellation.request();
        EngineException stopped = assertThrows(EngineException.class, () -> Fsck.check(root, cancellation));
        assertEquals(ErrorKind.CANCELLED, stopped.kind());
    }

    @Test
    public void a_changed_byte_is_found_and_the_blob_moved_away_with_what_needs_it() throws IOException {
        Path blob = blob(image.layers().get(0));
        byte[] content = Files.readAllBytes(blob);
        content[5]++;
        assertTrue(blob.toFile().setWritable(true));
        Files.write(blob, content);
        assertEquals(Set.of(FsckFinding.Kind.BLOB_DAMAGED), kinds(Fsck.check(root, new Cancellation())));
        List<FsckFinding> repaired = Fsck.repair(root, directory -> { }, new Cancellation());
        assertEquals(
                Set.of(
                        FsckFinding.Kind.BLOB_DAMAGED,
                        FsckFinding.Kind.IMAGE_INCOMPLETE,
                        FsckFinding.Kind.CACHED_STEP_INCOMPLETE),
                kinds(repaired));
        assertFalse(Files.exists(blob));
        assertTrue(Files.exists(root.path().resolve("quarantine").resolve(blob.getFileName())));
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void a_truncated_blob_is_found() throws IOException {
        Path blob = blob(image.config());
        assertTrue(blob.toFile().setWritable(true));
        Files.write(blob, new byte[0]);
        assertTrue(kinds(Fsck.check(root, new Cancellation()))
                .containsAll(Set.of(FsckFinding.Kind.BLOB_DAMAGED, FsckFinding.Kind.IMAGE_INCOMPLETE)));
        assertTrue(names.find(HELLO).isPresent());
    }

    @Test
    public void missing_content_is_found_and_the_image_forgotten() throws IOException {
        Files.delete(blob(image.root()));
        List<FsckFinding> findings = Fsck.check(root, new Cancellation());
        assertEquals(Set.of(FsckFinding.Kind.IMAGE_INCOMPLETE), kinds(findings));
        assertEquals("docker.io/library/hello:latest", findings.get(0).subject());
        assertTrue(findings.get(0).detail(), findings.get(0).detail().contains(image.root().digest().toString()));
        Fsck.repair(root, directory -> { }, new Cancellation());
        assertEquals(List.of(), names.list());
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void foreign_layers_may_be_absent() throws IOException {
        Descriptor foreign = new Descriptor(
                MediaTypes.DOCKER_FOREIGN_LAYER_GZIP,
                Digest.of("foreign"),
                7,
                List.of("https://mcr.microsoft.com/v2/windows/blobs/x"),
                null,
                null,
                null);
        try (DiskContentStore store = new DiskContentStore(root)) {
            Manifest manifest = Manifest.of(MediaTypes.DOCKER_MANIFEST, image.config(), List.of(foreign));
            Descriptor stored = SampleImage.put(store, MediaTypes.DOCKER_MANIFEST, ImageJson.write(manifest));
            names.put(HELLO, stored, Instant.now(), null);
        }
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void layers_that_a_registry_has_may_be_absent_from_the_base_and_from_what_was_built_on_it() throws IOException {
        Descriptor layer = new Descriptor(MediaTypes.OCI_LAYER_GZIP, Digest.of("never fetched"), 7);
        try (DiskContentStore store = new DiskContentStore(root)) {
            Manifest manifest = Manifest.of(MediaTypes.OCI_MANIFEST, image.config(), List.of(layer));
            Descriptor stored = SampleImage.put(store, MediaTypes.OCI_MANIFEST, ImageJson.write(manifest));
            names.put(ImageReference.parse("built:1"), stored, Instant.now(), null);
            assertEquals(Set.of(FsckFinding.Kind.IMAGE_INCOMPLETE), kinds(Fsck.check(root, new Cancellation())));
            names.put(StoredImage.pulled(ImageReference.parse("registry.example.com/base:1"), stored, Instant.now()));
        }
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void damaged_records_are_found_and_removed() throws IOException {
        Files.writeString(root.images().resolve("x.json"), "{");
        Files.writeString(root.cache().resolve(Digest.of("k").hex() + ".json"), "");
        assertEquals(2, Fsck.check(root, new Cancellation()).size());
        assertEquals(Set.of(FsckFinding.Kind.RECORD_DAMAGED), kinds(Fsck.repair(root, directory -> { }, new Cancellation())));
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void files_that_are_no_blobs_are_found() throws IOException {
        Files.writeString(root.blobs().resolve("readme.txt"), "hello");
        assertEquals(Set.of(FsckFinding.Kind.BLOB_DAMAGED), kinds(Fsck.repair(root, directory -> { }, new Cancellation())));
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void leftovers_of_the_dead_are_found_but_not_what_the_living_use() throws IOException {
        Files.createDirectories(root.builds().resolve("0123456789ab/scratch"));
        Files.writeString(root.incoming().resolve("x.tmp"), "x");
        Files.writeString(root.leases().resolve("y"), image.root().digest().hex() + "\n");
        try (DiskContentStore store = new DiskContentStore(root);
                BuildDirectory build = BuildDirectory.create(root, BuildId.next());
                BlobWriter writer = store.writer()) {
            assertTrue(store.contains(image.root()));
            writer.write(new byte[1], 0, 1);
            assertEquals(3, Fsck.check(root, new Cancellation()).size());
            assertEquals(Set.of(FsckFinding.Kind.LEFTOVER), kinds(Fsck.repair(root, directory -> { }, new Cancellation())));
            assertEquals(List.of(), Fsck.check(root, new Cancellation()));
            assertTrue(Files.isDirectory(build.path()));
            writer.commit();
        }
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    private Path blob(Descriptor descriptor) {
        return root.blobs().resolve(descriptor.digest().hex());
    }

    private static Set<FsckFinding.Kind> kinds(List<FsckFinding> findings) {
        return findings.stream().map(FsckFinding::kind).collect(Collectors.toSet());
    }
}
