package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.store.DiskContentStore;
import io.jenkins.plugins.windowsimage.engine.store.KnownBlocks;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a layer takes over from an earlier one that was much like it. */
public class ReusedBlocksTest {
    private static final int FILES = 3000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Random random = new Random(1);
    private Path root;
    private DiskContentStore store;

    @Before
    public void open() throws IOException {
        root = folder.newFolder("root").toPath();
        store = new DiskContentStore(new StorageRoot(root));
        for (int i = 0; i < FILES; i++) {
            files.put("Files/f" + (10_000 + i), content());
        }
    }

    @After
    public void close() throws IOException {
        store.close();
        workers.shutdownNow();
    }

    @Test
    public void a_file_that_changes_grows_comes_or_goes_leaves_most_blocks_as_they_were() throws IOException {
        Counting first = new Counting();
        write(first, LayerCompression.DEFAULT);
        assertEquals(0, first.found.get());
        assertTrue("blocks: " + first.asked, first.asked.get() > 20);

        files.put("Files/f11000", content());
        assertMostFound();
        files.put("Files/f11500", new byte[100_000]);
        assertMostFound();
        files.put("Files/f12000a", content());
        assertMostFound();
        files.remove("Files/f10001");
        assertMostFound();
    }

    private void assertMostFound() throws IOException {
        Counting counting = new Counting();
        write(counting, LayerCompression.DEFAULT);
        assertTrue(counting.found + " of " + counting.asked, counting.found.get() >= counting.asked.get() - 3);
        assertTrue(counting.found + " of " + counting.asked, counting.found.get() < counting.asked.get());
    }

    @Test
    public void a_layer_is_the_same_whatever_the_store_knows() throws IOException {
        for (LayerCompression compression : List.of(LayerCompression.DEFAULT, new LayerCompression(Compression.GZIP, 6),
                LayerCompression.of(Compression.ZSTD), LayerCompression.of(Compression.NONE))) {
            for (int round = 0; round < 4; round++) {
                files.put("Files/f" + (10_000 + random.nextInt(FILES)) + (random.nextBoolean() ? "" : "new"), content());
                assertEquals(write(new MemoryStore(), compression), write(store, compression));
            }
        }
    }

    @Test
    public void what_another_level_made_is_not_taken() throws IOException {
        write(store, LayerCompression.DEFAULT);
        Counting counting = new Counting();
        write(counting, new LayerCompression(Compression.GZIP, 2));
        assertEquals(0, counting.found.get());
    }

    @Test
    public void damage_of_the_earlier_layer_does_not_spread() throws IOException {
        LayerBlob earlier = write(store, LayerCompression.DEFAULT);
        Path blob = root.resolve("blobs/sha256").resolve(earlier.descriptor().digest().hex());
        if (Files.getFileStore(blob).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(blob, PosixFilePermissions.fromString("rw-------"));
        }
        byte[] damaged = Files.readAllBytes(blob);
        for (int i = 0; i < damaged.length; i += 50_000) {
            damaged[i] ^= 4;
        }
        Files.write(blob, damaged);

        files.put("Files/f11000", content());
        Counting counting = new Counting();
        LayerBlob layer = write(counting, LayerCompression.DEFAULT);
        assertEquals(0, counting.found.get());
        assertNotEquals(earlier, layer);
        store.verify(layer.descriptor().digest());
        try (InputStream in = new GZIPInputStream(Channels.newInputStream(store.open(layer.descriptor().digest())))) {
            assertEquals(layer.diffId(), Digest.of(in.readAllBytes()));
        }
    }

    @Test
    public void what_is_found_again_is_what_was_compressed() throws IOException {
        write(store, LayerCompression.DEFAULT);
        files.put("Files/f12999", content());
        LayerBlob layer = write(store, LayerCompression.DEFAULT);
        MemoryStore memory = new MemoryStore();
        write(memory, LayerCompression.of(Compression.NONE));
        byte[] tar = memory.blobs.values().iterator().next();
        try (InputStream in = new GZIPInputStream(Channels.newInputStream(store.open(layer.descriptor().digest())))) {
            assertArrayEquals(tar, in.readAllBytes());
        }
    }

    private byte[] content() {
        byte[] content = new byte[random.nextInt(8000)];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ('a' + random.nextInt(16));
        }
        return content;
    }

    private LayerBlob write(ContentStore target, LayerCompression compression) throws IOException {
        try (LayerBlobWriter blob = new LayerBlobWriter(target, compression, workers, new Cancellation(), warning -> { })) {
            LayerTarWriter tar = new LayerTarWriter(blob, null);
            LayerTimes times = LayerTimes.at(Instant.EPOCH);
            tar.write(LayerEntry.directory("Files", null, times));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                tar.write(LayerEntry.file(file.getKey(), file.getValue().length, SecurityDescriptor.forFile(), times),
                        new ByteArrayInputStream(file.getValue()));
            }
            tar.finish();
            return blob.finish();
        }
    }

    /** The store, counting the blocks that are asked for and found. */
    private final class Counting implements ContentStore, KnownBlocks {
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger found = new AtomicInteger();

        @Override
        public KnownBlocks blocks() {
            return this;
        }

        @Override
        public int find(byte[] key, byte[] target) {
            int length = store.blocks().find(key, target);
            asked.incrementAndGet();
            found.addAndGet(length == ABSENT ? 0 : 1);
            return length;
        }

        @Override
        public void add(Digest blob, List<Block> blocks) {
            store.blocks().add(blob, blocks);
        }

        @Override
        public BlobWriter writer() throws IOException {
            return store.writer();
        }

        @Override
        public BlobWriter resume(Descriptor expected) throws IOException {
            return store.resume(expected);
        }

        @Override
        public boolean contains(Digest digest) {
            return store.contains(digest);
        }

        @Override
        public long size(Digest digest) throws IOException {
            return store.size(digest);
        }

        @Override
        public SeekableByteChannel open(Digest digest) throws IOException {
            return store.open(digest);
        }
    }
}
