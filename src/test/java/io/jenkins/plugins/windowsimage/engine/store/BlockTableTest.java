package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class BlockTableTest {
    private static final byte[] BLOB = "before, block, after".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BLOCK = "block".getBytes(StandardCharsets.UTF_8);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private DiskContentStore store;
    private Digest blob;

    @Before
    public void storeBlob() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        store = new DiskContentStore(root);
        blob = write(store);
    }

    @After
    public void close() throws IOException {
        store.close();
    }

    @Test
    public void a_block_is_found_by_its_key_alone_and_in_another_process_too() throws IOException {
        store.blocks().add(blob, List.of(block("key", 8)));
        assertFound("key", store);
        assertAbsent("other", store);
        try (DiskContentStore later = new DiskContentStore(root)) {
            assertFound("key", later);
        }
    }

    @Test
    public void a_block_whose_blob_is_gone_is_not_found() throws IOException {
        store.blocks().add(blob, List.of(block("key", 8)));
        store.close();
        new Pruner(root).prune(new PruneOptions(null, 0, true, false));
        store = new DiskContentStore(root);
        assertTrue(!store.contains(blob));
        assertAbsent("key", store);
    }

    @Test
    public void a_block_that_was_damaged_in_its_blob_is_not_found() throws IOException {
        store.blocks().add(blob, List.of(block("key", 8), block("beyond", BLOB.length - 2)));
        assertAbsent("beyond", store);
        Path file = root.blobs().resolve(blob.hex());
        byte[] damaged = BLOB.clone();
        damaged[9] ^= 1;
        Files.delete(file);
        Files.write(file, damaged);
        assertAbsent("key", store);
        Files.write(file, Arrays.copyOf(BLOB, 10));
        assertAbsent("key", store);
        Files.write(file, BLOB);
        assertFound("key", store);
    }

    @Test
    public void every_flipped_bit_of_an_entry_makes_it_absent() throws IOException {
        store.blocks().add(blob, List.of(block("key", 8)));
        byte[] table = Files.readAllBytes(root.blocks());
        int begin = 0;
        while (table[begin] == 0) {
            begin++;
        }
        for (int i = begin; i < table.length; i++) {
            byte[] damaged = table.clone();
            damaged[i] ^= 1 << i % 8;
            Files.write(root.blocks(), damaged);
            assertAbsent("key", store);
        }
        Files.write(root.blocks(), Arrays.copyOf(table, table.length - 1));
        assertAbsent("key", store);
        Files.write(root.blocks(), table);
        assertFound("key", store);
    }

    @Test
    public void a_block_too_long_for_the_target_is_not_found() {
        store.blocks().add(blob, List.of(block("key", 8)));
        assertEquals(KnownBlocks.ABSENT, store.blocks().find(key("key"), new byte[BLOCK.length - 1]));
    }

    @Test
    public void blocks_with_the_same_first_bits_take_each_others_place() {
        byte[] one = key("key");
        byte[] two = one.clone();
        two[31] ^= 1;
        store.blocks().add(blob, List.of(block("key", 8)));
        store.blocks().add(blob, List.of(new KnownBlocks.Block(two, 8, BLOCK.length, checksum())));
        assertAbsent("key", store);
        assertEquals(BLOCK.length, store.blocks().find(two, new byte[BLOCK.length]));
    }

    @Test
    public void where_the_table_cannot_be_written_nothing_is_known_and_nothing_fails() throws IOException {
        Files.createDirectory(root.blocks());
        store.blocks().add(blob, List.of(block("key", 8)));
        assertAbsent("key", store);
    }

    private void assertFound(String key, DiskContentStore from) {
        byte[] target = new byte[100];
        assertEquals(BLOCK.length, from.blocks().find(key(key), target));
        assertArrayEquals(BLOCK, Arrays.copyOf(target, BLOCK.length));
    }

    private void assertAbsent(String key, DiskContentStore from) {
        assertEquals(KnownBlocks.ABSENT, from.blocks().find(key(key), new byte[100]));
    }

    private static KnownBlocks.Block block(String key, long offset) {
        return new KnownBlocks.Block(key(key), offset, BLOCK.length, checksum());
    }

    private static byte[] key(String text) {
        return HexFormat.of().parseHex(Digest.of(text).hex());
    }

    private static int checksum() {
        CRC32 checksum = new CRC32();
        checksum.update(BLOCK);
        return (int) checksum.getValue();
    }

    private static Digest write(DiskContentStore store) throws IOException {
        try (BlobWriter writer = store.writer()) {
            writer.write(BLOB, 0, BLOB.length);
            return writer.commit();
        }
    }
}
