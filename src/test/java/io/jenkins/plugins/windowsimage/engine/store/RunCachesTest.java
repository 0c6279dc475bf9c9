package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.store.RunCaches.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class RunCachesTest {
    private static final int TIMES = 100;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private RunCaches caches;

    @Before
    public void set_up() {
        caches = new RunCaches(new StorageRoot(folder.getRoot().toPath()));
    }

    private RunCaches.Use open(String id, Sharing sharing) throws IOException {
        return caches.open(id, sharing, directory -> { }, new Cancellation());
    }

    /** Counts in a file of a cache; two that do so at once lose some. */
    private static void count(Path root) throws IOException {
        RunCaches caches = new RunCaches(new StorageRoot(root));
        for (int i = 0; i < TIMES; i++) {
            try (RunCaches.Use use = caches.open("id", Sharing.LOCKED, directory -> { }, new Cancellation())) {
                Path file = use.directory().resolve("count");
                int before = Files.exists(file) ? Integer.parseInt(Files.readString(file)) : 0;
                Files.writeString(file, Integer.toString(before + 1));
            }
        }
    }

    /** Counts in a process of its own. */
    public static void main(String[] arguments) throws IOException {
        count(Path.of(arguments[0]));
    }

    @Test
    public void what_is_in_a_cache_stays_however_it_is_shared() throws IOException {
        try (RunCaches.Use use = open("id", Sharing.SHARED)) {
            Files.writeString(use.directory().resolve("f"), "x");
        }
        for (Sharing sharing : Sharing.values()) {
            try (RunCaches.Use use = open("id", sharing)) {
                assertEquals("x", Files.readString(use.directory().resolve("f")));
            }
        }
    }

    @Test
    public void shared_caches_are_one_and_private_ones_are_not() throws IOException {
        try (RunCaches.Use first = open("id", Sharing.SHARED);
                RunCaches.Use second = open("id", Sharing.SHARED);
                RunCaches.Use other = open("other", Sharing.SHARED)) {
            assertEquals(first.directory(), second.directory());
            assertNotEquals(first.directory(), other.directory());
        }
        Path again;
        try (RunCaches.Use first = open("id", Sharing.PRIVATE);
                RunCaches.Use second = open("id", Sharing.PRIVATE)) {
            assertNotEquals(first.directory(), second.directory());
            again = first.directory();
        }
        try (RunCaches.Use use = open("id", Sharing.PRIVATE)) {
            assertEquals(again, use.directory());
        }
    }

    @Test
    public void a_locked_cache_has_one_user_among_threads_and_processes() throws Exception {
        Path root = folder.getRoot().toPath();
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), RunCachesTest.class.getName(), root.toString())
                .inheritIO()
                .start();
        List<Throwable> failures = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                count(root);
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        });
        thread.start();
        count(root);
        thread.join();
        assertEquals(0, process.waitFor());
        assertEquals(List.of(), failures);
        try (RunCaches.Use use = open("id", Sharing.SHARED)) {
            assertEquals(Integer.toString(3 * TIMES), Files.readString(use.directory().resolve("count")));
        }
    }

    @Test
    public void a_wait_for_a_locked_cache_ends_with_the_build() throws Exception {
        Cancellation cancellation = new Cancellation();
        EngineException[] thrown = new EngineException[1];
        try (RunCaches.Use use = open("id", Sharing.LOCKED)) {
            Thread waiting = new Thread(() -> thrown[0] = assertThrows(EngineException.class,
                    () -> caches.open("id", Sharing.SHARED, directory -> { }, cancellation)));
            waiting.start();
            cancellation.request();
            waiting.join();
        }
        assertEquals(ErrorKind.CANCELLED, thrown[0].kind());
    }

    @Test
    public void a_cache_that_could_not_be_filled_is_filled_at_the_next_use() throws IOException {
        IOException e = assertThrows(IOException.class, () -> caches.open("id", Sharing.SHARED, directory -> {
            Files.writeString(directory.resolve("half"), "x");
            throw new IOException("no space");
        }, new Cancellation()));
        assertEquals("no space", e.getMessage());
        try (RunCaches.Use use = caches.open("id", Sharing.SHARED,
                directory -> Files.writeString(directory.resolve("whole"), "x"), new Cancellation())) {
            assertFalse(Files.exists(use.directory().resolve("half")));
            assertTrue(Files.exists(use.directory().resolve("whole")));
        }
    }

    @Test
    public void a_cache_in_use_is_not_removed() throws IOException {
        RunCaches.Stored stored;
        try (RunCaches.Use use = open("id", Sharing.SHARED)) {
            Files.writeString(use.directory().resolve("f"), "12345");
            stored = caches.list().get(0);
            assertEquals(5, stored.bytes());
            assertFalse(caches.remove(stored, false));
        }
        assertTrue(caches.remove(stored, true));
        assertEquals(1, caches.list().size());
        assertTrue(caches.remove(stored, false));
        assertEquals(List.of(), caches.list());
    }
}
