package io.jenkins.plugins.windowsimage.engine.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.junit.rules.TemporaryFolder;

/** What the store promises when processes are killed, run against each other, or find the disk full. */
public class StoreFaultsTest {
    private static final PruneOptions EVERYTHING = new PruneOptions(null, 0, true, false);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<Process> processes = new ArrayList<>();
    private Path path;
    private StorageRoot root;

    @Before
    public void open() throws IOException {
        path = folder.newFolder("root").toPath();
        root = new StorageRoot(path);
    }

    @After
    public void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    public void what_a_living_process_uses_is_left_alone_and_what_a_killed_one_left_is_swept() throws Exception {
        Process holder = fork(HeldStore.class);
        try (BufferedReader out = holder.inputReader()) {
            assertEquals("ready", out.readLine());
            assertEquals(List.of(), new Leftovers(root).sweep(directory -> { }));
            assertEquals(0, new Pruner(root).prune(EVERYTHING).freedBytes());
            assertEquals(List.of(), Fsck.check(root, new Cancellation()));
            try (DiskContentStore store = new DiskContentStore(root);
                    BlobWriter second = store.resume(HeldStore.DOWNLOAD)) {
                assertEquals(0, second.position());
            }
            holder.destroyForcibly().waitFor();
        }
        List<Path> released = new ArrayList<>();
        List<Path> swept = new Leftovers(root).sweep(released::add);
        assertEquals("build directory, temporary file and lease: " + swept, 3, swept.size());
        assertEquals(1, released.size());
        assertFalse(Files.exists(released.get(0)));
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
        try (DiskContentStore store = new DiskContentStore(root);
                BlobWriter download = store.resume(HeldStore.DOWNLOAD)) {
            assertEquals(500, download.position());
            download.write(HeldStore.CONTENT, 500, 500);
            download.commit(HeldStore.DOWNLOAD.digest());
            assertTrue(store.contains(Digest.of(HeldStore.COMMITTED)));
        }
        new Pruner(root).prune(EVERYTHING);
        assertEquals(List.of(), new BlobDirectory(root).list());
    }

    @Test
    public void a_kill_at_any_moment_leaves_a_sound_store() throws Exception {
        for (int builds : new int[] {1, 2, 5, 11}) {
            Process victim = fork(StoreLoad.class, Integer.toString(builds), "1000000");
            try (BufferedReader out = victim.inputReader()) {
                for (int i = 0; i < builds; i++) {
                    assertEquals(Integer.toString(i), out.readLine());
                }
                // It is somewhere within its next build now.
                victim.destroyForcibly().waitFor();
            }
            new Leftovers(root).sweep(directory -> { });
            assertEquals(List.of(), Fsck.check(root, new Cancellation()));
        }
    }

    @Test
    public void builds_and_pruners_of_several_threads_and_processes_do_not_harm_each_other() throws Exception {
        Process first = fork(StoreLoad.class, "1", "25");
        Process second = fork(StoreLoad.class, "2", "25");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> loads = new ArrayList<>();
            for (long seed = 3; seed <= 4; seed++) {
                StoreLoad load = new StoreLoad(root, seed);
                loads.add(threads.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        load.build();
                    }
                    return null;
                }));
            }
            for (Future<?> load : loads) {
                load.get();
            }
            for (Process process : List.of(first, second)) {
                process.inputReader().lines().count();
                assertEquals(0, process.waitFor());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(List.of(), Fsck.check(root, new Cancellation()));
        new Pruner(root).prune(EVERYTHING);
        assertEquals(List.of(), new BlobDirectory(root).list());
    }

    @Test
    public void a_full_disk_is_named_and_leaves_nothing_half_written() throws Exception {
        Path disk = mount("size=1m");
        try {
            StorageRoot small = new StorageRoot(disk.resolve("root"));
            ImageNames names = new ImageNames(small);
            ImageReference hello = ImageReference.parse("hello");
            try (DiskContentStore store = new DiskContentStore(small)) {
                SampleImage image = SampleImage.in(store, "a");
                names.put(hello, image.root(), Instant.EPOCH, null);
                byte[] much = new byte[2_000_000];
                try (BlobWriter writer = store.writer()) {
                    assertFull(() -> writer.write(much, 0, much.length));
                }
                try (BlobWriter writer = store.resume(image.layers().get(0))) {
                    assertEquals(0, writer.position());
                }
                Path filler = disk.resolve("filler");
                assertThrows(IOException.class, () -> Files.write(filler, much));
                assertFull(() -> names.put(hello, image.root(), Instant.now(), null));
                CachedStep step = CachedStep.withoutLayer(Instant.now());
                assertFull(() -> new InstructionCache(small).put(Digest.of("k"), step));
                assertFull(() -> new OciLayoutWriter(store).tar(disk.resolve("x.tar"), image.root(), List.of()));
                assertFull(() -> new OciLayoutWriter(store).directory(disk.resolve("x"), image.root(), List.of()));
                assertFull(() -> new DockerArchiveWriter(store).write(disk.resolve("x.tar"), image.root(), List.of()));
                assertFalse(Files.exists(disk.resolve("x")) || Files.exists(disk.resolve("x.tar")));
                assertEquals("1970-01-01T00:00:00Z", names.find(hello).orElseThrow().created());
                assertEquals(List.of(), Fsck.check(small, new Cancellation()));
            }
            // Pruning is what helps now, so it has to work.
            assertTrue(new Pruner(small).prune(EVERYTHING).freedBytes() > 0);
        } finally {
            unmount(disk);
        }
    }

    private static void assertFull(ThrowingRunnable action) {
        EngineException full = assertThrows(EngineException.class, action);
        assertEquals(ErrorKind.IO_ERROR, full.kind());
        assertTrue(full.getMessage(), full.getMessage().startsWith("the disk is full: "));
        assertTrue(full.hint(), full.hint().contains("prune"));
    }

    @Test
    public void a_read_only_disk_is_refused_when_the_store_is_opened() throws Exception {
        Path disk = mount("size=1m");
        try {
            new StorageRoot(disk.resolve("root"));
            run("mount", "-o", "remount,ro", disk.toString());
            for (String name : List.of("root", "new")) {
                EngineException refused =
                        assertThrows(EngineException.class, () -> new StorageRoot(disk.resolve(name)));
                assertEquals(ErrorKind.HOST_NOT_READY, refused.kind());
                assertTrue(refused.getMessage(), refused.getMessage().contains(disk.resolve(name).toString()));
            }
        } finally {
            unmount(disk);
        }
    }

    private Path mount(String options) throws Exception {
        Path disk = folder.newFolder().toPath();
        assumeTrue(
                "skipped: this account cannot mount a small disk",
                Files.isExecutable(Path.of("/bin/mount"))
                        && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0);
        return disk;
    }

    private static void unmount(Path disk) throws Exception {
        run("umount", disk.toString());
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private Process fork(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                path.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }
}
