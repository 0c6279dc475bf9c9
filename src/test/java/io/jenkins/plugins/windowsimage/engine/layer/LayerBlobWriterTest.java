package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LayerBlobWriterTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final MemoryStore store = new MemoryStore();
    private final List<String> warnings = new ArrayList<>();

    @After
    public void endWorkers() {
        workers.shutdownNow();
    }

    @Test
    public void the_layer_names_the_digests_and_lengths_of_both_forms() throws IOException {
        byte[] tar = mixed(3_000_000, 1);
        for (Compression type : Compression.values()) {
            LayerBlob layer = write(tar, LayerCompression.of(type), workers);
            byte[] blob = store.get(layer);
            assertEquals(Digest.of(blob), layer.descriptor().digest());
            assertEquals(blob.length, layer.descriptor().size());
            assertEquals(Digest.of(tar), layer.diffId());
            assertEquals(tar.length, layer.uncompressedSize());
            assertTrue(type == Compression.NONE || blob.length < tar.length * 3 / 4);
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    public void every_level_of_gzip_gives_the_tar_back() throws IOException {
        byte[] tar = mixed(1_500_000, 2);
        for (int level = 1; level <= 9; level++) {
            LayerBlob layer = write(tar, new LayerCompression(Compression.GZIP, level), workers);
            assertEquals(MediaTypes.OCI_LAYER_GZIP, layer.descriptor().mediaType());
            assertArrayEquals(tar, gunzip(store.get(layer)));
        }
    }

    @Test
    public void lengths_around_a_block_give_the_tar_back() throws IOException {
        int block = new GzipEncoding(1).blockSize();
        for (int length : new int[] {0, 1, block - 1, block, block + 1, 2 * block}) {
            byte[] tar = mixed(length, length);
            assertArrayEquals(tar, gunzip(store.get(write(tar, LayerCompression.DEFAULT, workers))));
        }
    }

    @Test
    public void zstd_gives_the_tar_back() throws IOException {
        byte[] tar = mixed(5_000_000, 3);
        LayerBlob layer = write(tar, LayerCompression.of(Compression.ZSTD), workers);
        assertEquals(MediaTypes.OCI_LAYER_ZSTD, layer.descriptor().mediaType());
        try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(store.get(layer)))) {
            assertArrayEquals(tar, in.setContinuous(true).readAllBytes());
        }
    }

    @Test
    public void no_compression_keeps_the_tar() throws IOException {
        byte[] tar = mixed(1_000_000, 4);
        LayerBlob layer = write(tar, LayerCompression.of(Compression.NONE), workers);
        assertEquals(MediaTypes.OCI_LAYER, layer.descriptor().mediaType());
        assertEquals(layer.diffId(), layer.descriptor().digest());
        assertArrayEquals(tar, store.get(layer));
    }

    @Test
    public void the_blob_does_not_depend_on_the_number_of_threads_or_the_size_of_writes() throws IOException {
        byte[] tar = mixed(6_000_000, 5);
        ExecutorService many = Executors.newFixedThreadPool(7);
        try {
            for (Compression type : Compression.values()) {
                LayerBlob one = write(tar, LayerCompression.of(type), workers);
                assertEquals(one, write(tar, LayerCompression.of(type), many));
                try (LayerBlobWriter writer = open(LayerCompression.of(type), new Cancellation())) {
                    for (int at = 0; at < tar.length; at += 777) {
                        writer.write(tar, at, Math.min(777, tar.length - at));
                    }
                    assertEquals(one, writer.finish());
                }
            }
        } finally {
            many.shutdownNow();
        }
    }

    @Test
    public void incompressible_bytes_grow_by_less_than_a_thousandth() throws IOException {
        byte[] tar = new byte[4_000_000];
        new Random(6).nextBytes(tar);
        byte[] blob = store.get(write(tar, LayerCompression.DEFAULT, workers));
        assertTrue("length " + blob.length, blob.length < tar.length + tar.length / 1000);
        assertArrayEquals(tar, gunzip(blob));
    }

    @Test
    public void gzip_itself_accepts_the_blob() throws Exception {
        Path gzip = Path.of("/usr/bin/gzip");
        assumeTrue("gzip is not installed", Files.isExecutable(gzip));
        LayerBlob layer = write(mixed(2_000_000, 7), LayerCompression.DEFAULT, workers);
        Path file = folder.newFile("layer.gz").toPath();
        Files.write(file, store.get(layer));
        Process test = new ProcessBuilder(gzip.toString(), "-t", file.toString()).redirectErrorStream(true).start();
        assertEquals("", new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, test.waitFor());
    }

    @Test
    public void a_cancelled_layer_leaves_nothing() throws IOException {
        Cancellation cancellation = new Cancellation();
        byte[] tar = mixed(2_000_000, 8);
        try (LayerBlobWriter writer = open(LayerCompression.DEFAULT, cancellation)) {
            writer.write(tar);
            cancellation.request();
            EngineException cancelled = assertThrows(EngineException.class, () -> writer.write(tar));
            assertEquals(ErrorKind.CANCELLED, cancelled.kind());
            assertThrows(EngineException.class, writer::finish);
        }
        assertTrue(store.blobs.isEmpty());
        assertEquals(0, store.unfinished);
    }

    @Test
    public void a_layer_closed_unfinished_leaves_nothing() throws IOException {
        try (LayerBlobWriter writer = open(LayerCompression.DEFAULT, new Cancellation())) {
            writer.write(mixed(2_000_000, 9));
        }
        assertTrue(store.blobs.isEmpty());
        assertEquals(0, store.unfinished);
    }

    @Test
    public void the_writing_thread_does_the_work_when_no_worker_has_time() throws Exception {
        ExecutorService busy = Executors.newFixedThreadPool(1);
        CountDownLatch done = new CountDownLatch(1);
        try {
            busy.submit(() -> {
                done.await();
                return null;
            });
            byte[] tar = mixed(8_000_000, 10);
            assertArrayEquals(tar, gunzip(store.get(write(tar, LayerCompression.DEFAULT, busy))));
        } finally {
            done.countDown();
            busy.shutdownNow();
        }
    }

    @Test
    public void levels_that_do_not_exist_are_refused() {
        assertThrows(EngineException.class, () -> new LayerCompression(Compression.GZIP, 0));
        assertThrows(EngineException.class, () -> new LayerCompression(Compression.GZIP, 10));
        assertThrows(EngineException.class, () -> new LayerCompression(Compression.ZSTD, 23));
        assertThrows(EngineException.class, () -> new LayerCompression(Compression.NONE, 1));
    }

    @Test
    public void gzip_takes_the_place_of_zstd_where_its_library_cannot_be_loaded() throws Exception {
        Process child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-DZstdNativePath=/no/such/library",
                "-cp", System.getProperty("java.class.path"), WithoutZstd.class.getName()).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(output, 0, child.waitFor());
        assertTrue(output, output.startsWith(MediaTypes.OCI_LAYER_GZIP + "\nzstd cannot be used on this machine"));
    }

    /** Runs in a process of its own, because a native library once loaded stays. */
    public static final class WithoutZstd {
        public static void main(String[] args) throws IOException {
            ExecutorService workers = Executors.newSingleThreadExecutor();
            List<String> warnings = new ArrayList<>();
            try (LayerBlobWriter writer = new LayerBlobWriter(new MemoryStore(), LayerCompression.of(Compression.ZSTD), workers,
                    new Cancellation(), warnings::add)) {
                System.out.println(writer.finish().descriptor().mediaType());
            } finally {
                workers.shutdown();
            }
            warnings.forEach(System.out::println);
        }
    }

    private LayerBlob write(byte[] tar, LayerCompression compression, ExecutorService executor) throws IOException {
        try (LayerBlobWriter writer = new LayerBlobWriter(store, compression, executor, new Cancellation(), warnings::add)) {
            writer.write(tar);
            return writer.finish();
        }
    }

    private LayerBlobWriter open(LayerCompression compression, Cancellation cancellation) throws IOException {
        return new LayerBlobWriter(store, compression, workers, cancellation, warnings::add);
    }

    private static byte[] gunzip(byte[] blob) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(blob))) {
            return in.readAllBytes();
        }
    }

    /** Zeros, text, repetitions and noise in turns. */
    private static byte[] mixed(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int end = Math.min(length, at + 1 + random.nextInt(200_000));
            switch (random.nextInt(4)) {
                case 0 -> Arrays.fill(bytes, at, end, (byte) 0);
                case 1 -> {
                    for (int i = at; i < end; i++) {
                        bytes[i] = (byte) ('a' + Math.min(random.nextInt(26), random.nextInt(26)));
                    }
                }
                case 2 -> {
                    for (int i = at; i < end; i++) {
                        bytes[i] = i > 1000 ? bytes[i - 1000 + i / 500 % 7] : (byte) i;
                    }
                }
                default -> {
                    for (int i = at; i < end; i++) {
                        bytes[i] = (byte) random.nextInt();
                    }
                }
            }
            at = end;
        }
        return bytes;
    }
}
