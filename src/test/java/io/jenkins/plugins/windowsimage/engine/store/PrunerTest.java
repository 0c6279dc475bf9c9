package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PrunerTest {
    private static final ImageReference HELLO = ImageReference.parse("hello");
    private static final PruneOptions ALL = new PruneOptions(null, 0, true, false);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private BlobDirectory blobs;
    private ImageNames names;
    private InstructionCache cache;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        blobs = new BlobDirectory(root);
        names = new ImageNames(root);
        cache = new InstructionCache(root);
    }

    @Test
    public void named_images_stay_whole_and_the_rest_goes() throws IOException {
        SampleImage named;
        SampleImage other;
        try (DiskContentStore store = new DiskContentStore(root)) {
            named = SampleImage.in(store, "a", "b");
            other = SampleImage.in(store, "a", "c");
            names.put(HELLO, named.root(), Instant.now(), null);
            names.putUntagged("0123456789ab", other.root(), Instant.now());
        }
        PruneReport report = new Pruner(root).prune(PruneOptions.UNNAMED);
        assertEquals(digests(named), present());
        assertEquals(1, names.list().size());
        assertEquals(
                other.root().size() + other.config().size() + other.layers().get(1).size(), report.freedBytes());
        assertEquals(bytesPresent(), report.remainingBytes());
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
    }

    @Test
    public void images_with_names_go_when_asked_for() throws IOException {
        try (DiskContentStore store = new DiskContentStore(root)) {
            names.put(HELLO, SampleImage.in(store, "a").root(), Instant.now(), null);
        }
        new Pruner(root).prune(ALL);
        assertEquals(Set.of(), present());
        assertEquals(List.of(), names.list());
    }

    @Test
    public void what_an_open_store_used_stays_with_everything_its_manifests_name() throws IOException {
        SampleImage image;
        try (DiskContentStore writer = new DiskContentStore(root)) {
            image = SampleImage.in(writer, "a", "b");
        }
        try (DiskContentStore reader = new DiskContentStore(root)) {
            reader.open(image.root().digest()).close();
            new Pruner(root).prune(ALL);
            assertEquals(digests(image), present());
        }
        new Pruner(root).prune(ALL);
        assertEquals(Set.of(), present());
    }

    @Test
    public void an_index_keeps_its_images() throws IOException {
        SampleImage first;
        SampleImage second;
        Descriptor index;
        try (DiskContentStore store = new DiskContentStore(root)) {
            first = SampleImage.in(store, "a");
            second = SampleImage.in(store, "b");
            RawManifest raw = RawManifest.of(
                    ImageIndex.of(MediaTypes.OCI_INDEX, List.of(first.root(), second.root())));
            index = SampleImage.put(store, MediaTypes.OCI_INDEX, raw.bytes());
            names.put(HELLO, index, Instant.now(), null);
        }
        new Pruner(root).prune(PruneOptions.UNNAMED);
        assertTrue(present().containsAll(digests(first)));
        assertTrue(present().containsAll(digests(second)));
        assertTrue(blobs.contains(index.digest()));
    }

    @Test
    public void a_dry_run_says_the_same_and_removes_nothing() throws IOException {
        try (DiskContentStore store = new DiskContentStore(root)) {
            names.put(HELLO, SampleImage.in(store, "a").root(), Instant.now(), null);
        }
        Set<Digest> before = present();
        PruneReport announced = new Pruner(root).prune(new PruneOptions(null, 0, true, true));
        assertEquals(before, present());
        assertEquals(announced, new Pruner(root).prune(ALL));
    }

    @Test
    public void only_what_is_old_enough_goes() throws IOException {
        Descriptor old;
        Descriptor young;
        try (DiskContentStore store = new DiskContentStore(root)) {
            old = SampleImage.put(store, "x", new byte[] {1});
            young = SampleImage.put(store, "x", new byte[] {2});
        }
        age(blobs.path(old.digest()), Duration.ofHours(2));
        new Pruner(root).prune(new PruneOptions(Duration.ofHours(1), 0, false, false));
        assertEquals(Set.of(young.digest()), present());
    }

    @Test
    public void the_longest_unused_goes_first_until_the_store_is_small_enough() throws IOException {
        for (int i = 1; i <= 4; i++) {
            Descriptor layer;
            try (DiskContentStore store = new DiskContentStore(root)) {
                layer = SampleImage.put(store, MediaTypes.OCI_LAYER, new byte[100 * i]);
            }
            Digest key = Digest.of("step " + i);
            cache.put(key, CachedStep.of(layer, layer.digest(), layer.size(), Instant.now()));
            age(root.cache().resolve(key.hex() + ".json"), Duration.ofHours(i));
            age(blobs.path(layer.digest()), Duration.ofHours(i));
        }
        PruneReport report = new Pruner(root).prune(new PruneOptions(null, 350, false, false));
        assertEquals(700, report.freedBytes());
        assertEquals(300, report.remainingBytes());
        assertEquals(300, bytesPresent());
    }

    @Test
    public void using_a_cached_step_makes_it_young() throws IOException {
        Digest key = Digest.of("step");
        try (DiskContentStore store = new DiskContentStore(root)) {
            Descriptor layer = SampleImage.put(store, MediaTypes.OCI_LAYER, new byte[9]);
            cache.put(key, CachedStep.of(layer, layer.digest(), 9, Instant.now()));
            age(root.cache().resolve(key.hex() + ".json"), Duration.ofHours(9));
            age(blobs.path(layer.digest()), Duration.ofHours(9));
        }
        try (DiskContentStore store = new DiskContentStore(root)) {
            assertTrue(cache.find(key, store).isPresent());
        }
        new Pruner(root).prune(new PruneOptions(Duration.ofHours(1), 0, false, false));
        try (DiskContentStore store = new DiskContentStore(root)) {
            assertTrue(cache.find(key, store).isPresent());
        }
    }

    @Test
    public void interrupted_downloads_go_but_not_those_under_way() throws IOException {
        Descriptor left = Descriptor.of("x", new byte[100]);
        Descriptor running = Descriptor.of("x", new byte[200]);
        try (DiskContentStore store = new DiskContentStore(root);
                BlobWriter download = store.resume(running)) {
            try (BlobWriter interrupted = store.resume(left)) {
                interrupted.write(new byte[50], 0, 50);
            }
            download.write(new byte[150], 0, 150);
            PruneReport report = new Pruner(root).prune(PruneOptions.UNNAMED);
            assertEquals(50, report.freedBytes());
            download.write(new byte[50], 0, 50);
            download.commit(running.digest());
        }
        assertEquals(Set.of(running.digest()), present());
    }

    @Test
    public void layer_indexes_stay_with_the_images_that_need_them() throws IOException {
        SampleImage image;
        try (DiskContentStore store = new DiskContentStore(root)) {
            image = SampleImage.in(store, "a");
            names.put(HELLO, image.root(), Instant.now(), null);
        }
        Path needed = root.indexes().resolve(image.layers().get(0).digest().hex() + ".idx");
        Path unneeded = root.indexes().resolve(Digest.of("gone").hex() + ".idx");
        Files.write(needed, new byte[10]);
        Files.write(unneeded, new byte[20]);
        assertEquals(20, new Pruner(root).prune(PruneOptions.UNNAMED).freedBytes());
        assertTrue(Files.exists(needed));
        assertFalse(Files.exists(unneeded));
    }

    @Test
    public void a_reader_that_has_a_blob_open_reads_it_to_its_end() throws IOException {
        try (DiskContentStore store = new DiskContentStore(root)) {
            Descriptor blob = SampleImage.put(store, "x", new byte[100]);
            try (SeekableByteChannel channel = store.open(blob.digest())) {
                new Pruner(root).prune(ALL);
                assertEquals(100, channel.size());
            }
        }
    }

    private static Set<Digest> digests(SampleImage image) {
        Set<Digest> digests = image.layers().stream().map(Descriptor::digest).collect(Collectors.toSet());
        digests.add(image.root().digest());
        digests.add(image.config().digest());
        return digests;
    }

    private Set<Digest> present() throws IOException {
        return blobs.list().stream().map(BlobDirectory.Entry::digest).collect(Collectors.toSet());
    }

    private long bytesPresent() throws IOException {
        return blobs.list().stream().mapToLong(BlobDirectory.Entry::size).sum();
    }

    private static void age(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }
}
