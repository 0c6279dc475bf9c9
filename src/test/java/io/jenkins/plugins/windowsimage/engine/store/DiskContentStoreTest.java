package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class DiskContentStoreTest {
    private static final byte[] HELLO = "hello, layers".getBytes(StandardCharsets.UTF_8);
    private static final Descriptor HELLO_BLOB = Descriptor.of("text/plain", HELLO);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageRoot root;
    private DiskContentStore store;

    @Before
    public void open() throws IOException {
        root = new StorageRoot(folder.newFolder("root").toPath());
        store = new DiskContentStore(root);
    }

    @After
    public void close() throws IOException {
        store.close();
    }

    @Test
    public void a_blob_is_visible_after_its_commit_only() throws IOException {
        try (BlobWriter writer = store.writer()) {
            writer.write(HELLO, 0, HELLO.length);
            assertFalse(store.contains(HELLO_BLOB.digest()));
            assertEquals(HELLO_BLOB.digest(), writer.commit());
        }
        assertTrue(store.contains(HELLO_BLOB));
        assertArrayEquals(HELLO, read(HELLO_BLOB.digest()));
        store.verify(HELLO_BLOB.digest());
        assertEquals(List.of(), incoming());
    }

    @Test
    public void a_blob_that_is_not_committed_leaves_nothing() throws IOException {
        try (BlobWriter writer = store.writer()) {
            writer.write(HELLO, 0, HELLO.length);
        }
        assertEquals(List.of(), incoming());
        assertThrows(NoSuchFileException.class, () -> store.open(HELLO_BLOB.digest()));
        assertThrows(NoSuchFileException.class, () -> store.size(HELLO_BLOB.digest()));
    }

    @Test
    public void an_interrupted_download_goes_on_where_it_stopped() throws IOException {
        try (BlobWriter first = store.resume(HELLO_BLOB)) {
            first.write(HELLO, 0, 5);
        }
        try (BlobWriter second = store.resume(HELLO_BLOB)) {
            assertEquals(5, second.position());
            second.write(HELLO, 5, HELLO.length - 5);
            second.commit(HELLO_BLOB.digest());
        }
        assertArrayEquals(HELLO, read(HELLO_BLOB.digest()));
        assertEquals(List.of(), incoming());
    }

    @Test
    public void a_second_attempt_at_the_same_time_starts_from_nothing_and_both_succeed() throws IOException {
        try (BlobWriter first = store.resume(HELLO_BLOB)) {
            first.write(HELLO, 0, 5);
            try (BlobWriter second = store.resume(HELLO_BLOB)) {
                assertEquals(0, second.position());
                second.write(HELLO, 0, HELLO.length);
                second.commit(HELLO_BLOB.digest());
            }
            first.write(HELLO, 5, HELLO.length - 5);
            first.commit(HELLO_BLOB.digest());
        }
        assertArrayEquals(HELLO, read(HELLO_BLOB.digest()));
        assertEquals(List.of(), incoming());
    }

    @Test
    public void other_content_than_expected_is_refused_and_thrown_away() throws IOException {
        try (BlobWriter writer = store.resume(HELLO_BLOB)) {
            writer.write("hello, LAYERS".getBytes(StandardCharsets.UTF_8), 0, HELLO.length);
            IOException refused =
                    assertThrows(DigestMismatchException.class, () -> writer.commit(HELLO_BLOB.digest()));
            assertTrue(refused.getMessage(), refused.getMessage().contains(HELLO_BLOB.digest().toString()));
        }
        assertFalse(store.contains(HELLO_BLOB.digest()));
        assertEquals(List.of(), incoming());
    }

    @Test
    public void a_damaged_partial_download_is_refused_and_the_next_attempt_is_clean() throws IOException {
        Files.writeString(root.incoming().resolve(HELLO_BLOB.digest().hex() + ".part"), "HELLO");
        try (BlobWriter writer = store.resume(HELLO_BLOB)) {
            writer.write(HELLO, 5, HELLO.length - 5);
            assertThrows(IOException.class, () -> writer.commit(HELLO_BLOB.digest()));
        }
        try (BlobWriter writer = store.resume(HELLO_BLOB)) {
            assertEquals(0, writer.position());
        }
    }

    @Test
    public void more_than_was_announced_is_refused() throws IOException {
        try (BlobWriter writer = store.resume(HELLO_BLOB)) {
            writer.write(HELLO, 0, HELLO.length);
            assertThrows(IOException.class, () -> writer.write(HELLO, 0, 1));
        }
        assertEquals(List.of(), incoming());
    }

    @Test
    public void a_partial_download_that_is_too_long_starts_from_nothing() throws IOException {
        Files.write(root.incoming().resolve(HELLO_BLOB.digest().hex() + ".part"), new byte[100]);
        try (BlobWriter writer = store.resume(HELLO_BLOB)) {
            assertEquals(0, writer.position());
            writer.write(HELLO, 0, HELLO.length);
            writer.commit(HELLO_BLOB.digest());
        }
        store.verify(HELLO_BLOB.digest());
    }

    @Test
    public void restarting_throws_away_what_was_there() throws IOException {
        try (BlobWriter writer = store.resume(HELLO_BLOB)) {
            writer.write(HELLO, 3, 4);
            writer.restart();
            writer.write(HELLO, 0, HELLO.length);
            writer.commit(HELLO_BLOB.digest());
        }
        store.verify(HELLO_BLOB.digest());
    }

    @Test
    public void a_truncated_blob_does_not_count_and_is_replaced() throws IOException {
        write(HELLO);
        Path blob = root.blobs().resolve(HELLO_BLOB.digest().hex());
        blob.toFile().setWritable(true);
        Files.write(blob, new byte[] {1});
        assertFalse(store.contains(HELLO_BLOB));
        EngineException damaged = assertThrows(EngineException.class, () -> store.verify(HELLO_BLOB.digest()));
        assertEquals(ErrorKind.IO_ERROR, damaged.kind());
        write(HELLO);
        assertTrue(store.contains(HELLO_BLOB));
        store.verify(HELLO_BLOB.digest());
    }

    @Test
    public void many_threads_may_write_the_same_blob_at_once() throws Exception {
        byte[] content = new byte[300_000];
        Descriptor blob = Descriptor.of("x", content);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> attempts = Stream.<Future<?>>generate(() -> threads.submit(() -> {
                        try (DiskContentStore own = new DiskContentStore(root);
                                BlobWriter writer = own.resume(blob)) {
                            long rest = content.length - writer.position();
                            writer.write(content, (int) writer.position(), (int) rest);
                            writer.commit(blob.digest());
                        }
                        return null;
                    }))
                    .limit(40)
                    .toList();
            for (Future<?> attempt : attempts) {
                attempt.get();
            }
        } finally {
            threads.shutdownNow();
        }
        store.verify(blob.digest());
        assertEquals(List.of(), incoming());
    }

    private void write(byte[] content) throws IOException {
        try (BlobWriter writer = store.writer()) {
            writer.write(content, 0, content.length);
            writer.commit();
        }
    }

    private byte[] read(Digest digest) throws IOException {
        try (InputStream in = Channels.newInputStream(store.open(digest))) {
            return in.readAllBytes();
        }
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(root.incoming())) {
            return files.toList();
        }
    }
}
