package io.jenkins.plugins.windowsimage.engine.windows.storage;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerInputStream;
import io.jenkins.plugins.windowsimage.engine.layer.ReadLimits;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.transport.LayerTar;
import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.Scratch;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimLayers;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class HcsLayerStorageTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private StorageFixture fixture;
    private LayerStorage storage;
    private LayerBlob base;
    private LayerBlob update;

    @Before
    public void setUp() throws IOException {
        fixture = new StorageFixture(folder.getRoot().toPath().toRealPath());
        base = fixture.put(StorageFixture.baseTar());
        update = fixture.put(StorageFixture.updateTar());
        storage = fixture.storage();
    }

    @After
    public void nothing_is_left() throws IOException {
        storage.close();
        fixture.close();
        assertEquals(List.of(), fixture.leftovers());
    }

    private LayerChain open(LayerBlob... layers) throws IOException {
        return storage.open(List.of(layers), fixture.cancellation);
    }

    private int calls(String call) {
        return fixture.windows.faults().count("VmCompute." + call);
    }

    // ---- layers

    @Test
    public void layers_are_unpacked_so_that_windows_sees_what_the_tars_say() throws IOException {
        try (LayerChain chain = open(base, update)) {
            assertEquals(2, chain.parents().size());
            Path top = chain.parents().get(0).directory();
            assertEquals(Map.of("Windows/System32/cmd.exe", "cmd", "Windows/System32/notepad.exe", "notepad",
                    "Windows/notepad.exe", "notepad", "data/kept", "kept", "new/f", "first", "new/cmd.exe", "cmd"),
                    fixture.view(top));
            assertEquals("regf", Files.readString(top.resolve("Hives/System_Delta")));
            assertTrue(fixture.windows.layers().ntfs().status(top.resolve("Files/junction")).isReparsePoint());
            // A further name of the parent's file, not a copy.
            assertEquals(2, fixture.windows.layers().ntfs().status(top.resolve("Files/new/cmd.exe")).links());
            assertEquals(BasicInfo.of(LayerTar.TIMES, 0x10),
                    fixture.windows.layers().ntfs().facts(top.resolve("Files/data")).info);
        }
    }

    @Test
    public void layers_have_the_ids_that_windows_gives_to_the_names_of_their_directories() throws IOException {
        try (LayerChain chain = open(base, update)) {
            for (ReadOnlyLayer layer : chain.parents()) {
                assertEquals(SimLayers.idOf(layer.directory().getFileName().toString()), layer.id());
            }
            assertEquals(base.diffId().hex(), chain.parents().get(1).directory().getFileName().toString());
            assertEquals(Digest.of(base.diffId() + " " + update.diffId()).hex(),
                    chain.parents().get(0).directory().getFileName().toString());
        }
    }

    @Test
    public void the_utility_vm_of_each_layer_is_processed_and_those_below_stay_as_they_are() throws IOException {
        try (LayerChain chain = open(base, update)) {
            Path top = chain.parents().get(0).directory().resolve("UtilityVM");
            Path bottom = chain.parents().get(1).directory().resolve("UtilityVM");
            assertEquals("patched", Files.readString(top.resolve("Files/kernel.exe")));
            assertEquals("kernel", Files.readString(bottom.resolve("Files/kernel.exe")));
            assertEquals("bcd**", Files.readString(top.resolve("Files/EFI/Microsoft/Boot/BCD")));
            assertEquals("bcd*", Files.readString(bottom.resolve("Files/EFI/Microsoft/Boot/BCD")));
        }
    }

    @Test
    public void a_layer_is_unpacked_once_for_all_builds() throws IOException {
        try (LayerChain first = open(base, update);
                LayerStorage other = fixture.storage();
                LayerChain second = other.open(List.of(base, update), fixture.cancellation)) {
            assertEquals(first.parents(), second.parents());
        }
        open(base).close();
        assertEquals(1, calls("ProcessBaseImage"));
        assertEquals(1, calls("ImportLayer"));
    }

    @Test
    public void threads_that_want_the_same_layers_wait_for_each_other() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(threads.submit(() -> {
                    open(base, update).close();
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(1, calls("ProcessBaseImage"));
        assertEquals(1, calls("ImportLayer"));
    }

    @Test
    public void a_layer_comes_in_while_the_one_below_is_still_on_its_way() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        LayerBlob copy = fixture.put(StorageFixture.copyTar("hello"));
        LayerSource source = layer -> {
            if (layer.equals(copy)) {
                second.countDown();
            } else if (!awaits(second)) {
                throw new IOException("the second layer does not begin before the first is there");
            }
            return Channels.newInputStream(fixture.store.open(layer.descriptor().digest()));
        };
        try (LayerStorage downloading = fixture.storage(source);
                LayerChain chain = downloading.open(List.of(base, copy), fixture.cancellation)) {
            assertEquals("hello", fixture.view(chain.parents().get(0).directory()).get("app/a.txt"));
        }
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    public void unpacking_begins_again_after_an_error_that_passes() throws IOException {
        fixture.windows.faults().failFirst("VmCompute.ProcessBaseImage", 1, 0x80070020);
        fixture.windows.faults().failFirst("VmCompute.ImportLayer", 2, 0x80070005);
        try (LayerChain chain = open(base, update)) {
            assertEquals("first", fixture.view(chain.parents().get(0).directory()).get("new/f"));
        }
        assertEquals(2, calls("ProcessBaseImage"));
        assertEquals(3, calls("ImportLayer"));
    }

    @Test
    public void other_errors_name_the_step_and_what_is_below_is_kept() throws IOException {
        fixture.windows.faults().fail("VmCompute.ImportLayer", 1, 0x80004005);
        WindowsException e = assertThrows(WindowsException.class, () -> open(base, update));
        assertEquals(ErrorKind.LAYER_CREATE, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains("importing a layer"));
        assertEquals(List.of(), fixture.leftovers().stream().filter(each -> !each.startsWith("privilege")).toList());
        open(base, update).close();
        assertEquals(1, calls("ProcessBaseImage"));
    }

    @Test
    public void a_layer_that_is_not_the_announced_one_is_refused() throws IOException {
        LayerBlob wrong = new LayerBlob(base.descriptor(), Digest.of("other"), -1);
        EngineException e = assertThrows(EngineException.class, () -> open(wrong));
        assertEquals(ErrorKind.TAR_EXTRACT_FAILED, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains(Digest.of("other").toString()));
        assertEquals(0, calls("ProcessBaseImage"));
    }

    @Test
    public void a_layer_whose_parent_fails_says_so_and_the_parents_error_is_told() throws IOException {
        LayerBlob bad = fixture.put(new LayerTar().directories("Files").delete("Files/x"));
        EngineException e = assertThrows(EngineException.class, () -> open(bad, update));
        assertTrue(e.getMessage(), e.getMessage().contains("Files/x"));
        assertEquals(0, calls("ImportLayer"));
    }

    @Test
    public void a_source_that_breaks_off_is_named() throws IOException {
        LayerSource broken = layer -> {
            throw new IOException("connection reset");
        };
        try (LayerStorage downloading = fixture.storage(broken)) {
            IOException e = assertThrows(IOException.class,
                    () -> downloading.open(List.of(base, update), fixture.cancellation));
            assertTrue(e.getMessage(), e.getMessage().contains(base.descriptor().digest().toString()));
            assertTrue(e.getMessage(), e.getMessage().contains("connection reset"));
        }
    }

    @Test
    public void a_layer_that_somebody_else_makes_is_waited_for() throws Exception {
        LayerDirectories directories = new LayerDirectories(fixture.root);
        Closeable held = directories.tryOwn(directories.layer(base.diffId().hex())).orElseThrow();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = thread.submit(() -> {
                open(base).close();
                return null;
            });
            assertThrows(TimeoutException.class, () -> waiting.get(200, TimeUnit.MILLISECONDS));
            assertEquals(0, calls("ProcessBaseImage"));
            held.close();
            waiting.get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdown();
        }
    }

    @Test
    public void waiting_for_a_layer_can_be_cancelled() throws IOException {
        LayerDirectories directories = new LayerDirectories(fixture.root);
        try (Closeable held = directories.tryOwn(directories.layer(base.diffId().hex())).orElseThrow()) {
            fixture.cancellation.request();
            assertThrows(EngineException.class, () -> open(base));
        }
    }

    @Test
    public void cancellation_leaves_nothing() throws IOException {
        LayerSource cancelling = layer -> {
            fixture.cancellation.request();
            return Channels.newInputStream(fixture.store.open(layer.descriptor().digest()));
        };
        try (LayerStorage downloading = fixture.storage(cancelling)) {
            EngineException e = assertThrows(EngineException.class,
                    () -> downloading.open(List.of(base, update), fixture.cancellation));
            assertEquals(ErrorKind.CANCELLED, e.kind());
        }
    }

    @Test
    public void an_account_without_the_privileges_is_told_which() {
        fixture.windows.machine().removePrivilege("SeSecurityPrivilege");
        EngineException e = assertThrows(EngineException.class, () -> open(base));
        assertEquals(ErrorKind.HOST_NOT_READY, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains("SeSecurityPrivilege"));
    }

    @Test
    public void a_container_needs_a_base_layer() {
        EngineException e = assertThrows(EngineException.class, () -> open());
        assertEquals(ErrorKind.LAYER_CREATE, e.kind());
    }

    @Test
    public void windows_that_cannot_delete_as_posix_does_is_served_as_well() throws IOException {
        fixture.windows.layers().setOldDeletion(true);
        try (LayerChain chain = open(base, update)) {
            assertFalse(fixture.view(chain.parents().get(0).directory()).containsKey("data/old"));
        }
    }

    // ---- scratches

    @Test
    public void what_changes_in_a_scratch_becomes_a_layer() throws IOException {
        LayerBlob captured;
        Map<String, String> seen;
        try (LayerChain chain = open(base, update);
                Scratch scratch = chain.createScratch(0)) {
            String volume = scratch.mount();
            assertTrue(volume, volume.startsWith("\\\\?\\Volume{") && volume.endsWith("}\\"));
            Path drive = fixture.windows.layers().drive(scratch.directory());
            Files.createDirectories(drive.resolve("made/deep"));
            Files.writeString(drive.resolve("made/deep/f"), "made");
            Files.writeString(drive.resolve("data/kept"), "changed");
            Files.delete(drive.resolve("new/f"));
            Files.delete(drive.resolve("Windows/notepad.exe"));
            seen = StorageFixture.contents(drive);
            captured = scratch.capture(Compression.GZIP, -1, null, fixture.cancellation);
        }
        try (LayerChain chain = open(base, update, captured)) {
            assertEquals(seen, fixture.view(chain.parents().get(0).directory()));
        }
        byte[] tar;
        try (LayerInputStream in = new LayerInputStream(
                Channels.newInputStream(fixture.store.open(captured.descriptor().digest())), "layer",
                        ReadLimits.DEFAULT,
                fixture.workers, fixture.cancellation)) {
            tar = in.readAllBytes();
        }
        assertEquals(tar.length, captured.uncompressedSize());
        assertEquals(Digest.of(tar), captured.diffId());
        List<String> lines = LayerTar.describe(tar);
        assertTrue(lines.toString(), lines.stream().anyMatch(line -> line.startsWith("Files/new/f WHITEOUT")));
        assertTrue(lines.toString(), lines.stream().anyMatch(line -> line.startsWith("Files/Windows DIRECTORY")));
        assertTrue(lines.toString(), lines.stream().anyMatch(line -> line.startsWith("Hives/System_Delta FILE")));
    }

    @Test
    public void a_scratch_that_a_virtual_machine_wrote_is_captured_too() throws IOException {
        try (LayerChain chain = open(base);
                Scratch scratch = chain.createScratch(0)) {
            LayerBlob captured = scratch.capture(Compression.NONE, -1, 1L, fixture.cancellation);
            assertEquals(captured.descriptor().digest(), captured.diffId());
        }
        assertEquals(1, calls("PrepareLayer"));
    }

    @Test
    public void a_scratch_has_the_wanted_size() throws IOException {
        try (LayerChain chain = open(base);
                Scratch usual = chain.createScratch(0);
                Scratch small = chain.createScratch(1L << 30);
                Scratch large = chain.createScratch(300L << 30)) {
            assertEquals(List.of(127L << 30, 20L << 30), fixture.windows.layers().sizes(usual.directory()));
            assertEquals(List.of(20L << 30, 20L << 30), fixture.windows.layers().sizes(small.directory()));
            assertEquals(List.of(300L << 30, 20L << 30), fixture.windows.layers().sizes(large.directory()));
            large.mount();
            assertEquals(List.of(300L << 30, 300L << 30), fixture.windows.layers().sizes(large.directory()));
        }
    }

    @Test
    public void a_windows_that_does_not_enlarge_the_volume_has_it_done() throws IOException {
        fixture.windows.build(18363);
        try (LayerChain chain = open(base);
                Scratch scratch = chain.createScratch(0)) {
            assertEquals(List.of(127L << 30, 127L << 30), fixture.windows.layers().sizes(scratch.directory()));
            scratch.mount();
        }
    }

    @Test
    public void mounting_is_tried_again_with_the_disk_detached_between() throws IOException {
        for (int code : new int[] {0x80070015, 0x8007048F, 0x800705B4}) {
            int before = calls("PrepareLayer");
            try (LayerChain chain = open(base);
                    Scratch scratch = chain.createScratch(0)) {
                fixture.windows.faults().fail("VmCompute.PrepareLayer", before + 1, code);
                fixture.windows.faults().fail("VmCompute.PrepareLayer", before + 2, code);
                int detached = calls("DeactivateLayer");
                scratch.mount();
                assertEquals(before + 3, calls("PrepareLayer"));
                assertEquals(detached + 2, calls("DeactivateLayer"));
                scratch.mount();
                assertEquals("mounted already", before + 3, calls("PrepareLayer"));
                scratch.unmount();
                scratch.unmount();
            }
        }
    }

    @Test
    public void a_mount_that_never_works_is_given_up() throws IOException {
        try (LayerChain chain = open(base);
                Scratch scratch = chain.createScratch(0)) {
            fixture.windows.faults().failFirst("VmCompute.PrepareLayer", 100, 0x800705B4);
            WindowsException e = assertThrows(WindowsException.class, scratch::mount);
            assertTrue(e.getMessage(), e.getMessage().contains("PrepareLayer returned 0x800705B4"));
            assertEquals(5, calls("PrepareLayer"));
        }
    }

    @Test
    public void a_bad_compression_level_is_refused_before_anything_is_done() throws IOException {
        try (LayerChain chain = open(base);
                Scratch scratch = chain.createScratch(0)) {
            assertThrows(EngineException.class,
                    () -> scratch.capture(Compression.GZIP, 99, null, fixture.cancellation));
            assertEquals(0, calls("ExportLayer"));
        }
    }

    // ---- what is left

    @Test
    public void the_next_start_removes_what_dead_builds_left_and_nothing_else() throws IOException {
        LayerDirectories directories = new LayerDirectories(fixture.root);
        LayerDriver driver = new LayerDriver(fixture.windows);
        try (LayerChain chain = open(base);
                Scratch alive = chain.createScratch(0)) {
            alive.mount();
            Path mounted = directories.newScratch();
            driver.createScratch(mounted, chain.parents());
            driver.activate(mounted);
            driver.prepare(mounted, chain.parents());
            driver.createScratch(directories.newScratch(), chain.parents());
            Files.createDirectories(directories.newTemporary().resolve("transport/Files/deep"));
            Files.writeString(Files.createDirectories(directories.newTemporary()).resolve("odd name "), "x");
            Files.createDirectories(directories.newDoomed().resolve("Files"));
            Files.createDirectories(directories.layer(Digest.of("half-made").hex()).resolve("Files"));
            Path foreign = Files.createDirectories(directories.root().resolve("somebody-elses"));
            storage.sweep();
            assertTrue(Files.exists(foreign));
            Files.delete(foreign);
            assertTrue(Files.exists(alive.directory()));
            assertEquals("kept", Files.readString(fixture.windows.layers().drive(alive.directory()).resolve("data/kept")));
            assertFalse(Files.exists(mounted));
        }
    }

    @Test
    public void a_sweep_never_fails_and_the_next_one_goes_on() throws IOException {
        LayerDirectories directories = new LayerDirectories(fixture.root);
        Files.createDirectories(directories.newDoomed().resolve("Files"));
        fixture.windows.faults().fail("VmCompute.DestroyLayer", 1, 0x80004005);
        storage.sweep();
        storage.sweep();
        assertEquals(2, calls("DestroyLayer"));
    }

    @Test
    public void a_scratch_that_windows_holds_is_left_to_the_next_start() throws IOException {
        try (LayerChain chain = open(base)) {
            Scratch scratch = chain.createScratch(0);
            scratch.mount();
            fixture.windows.faults().failFirst("VmCompute.DeactivateLayer", 5, 0x80070020);
            scratch.close();
            assertTrue(Files.exists(scratch.directory()));
        }
        storage.sweep();
    }

    // ---- collection

    @Test
    public void unused_layers_are_collected_from_the_top() throws IOException {
        open(base, update).close();
        LayerBlob copy = fixture.put(StorageFixture.copyTar("1"));
        open(base, copy).close();
        List<String> names = fixture.collector().list().stream().map(LayerCollector.Unpacked::name).toList();
        assertEquals(3, names.size());
        assertTrue(fixture.collector().list().stream().allMatch(layer -> layer.bytes() > 1000));

        assertEquals(List.of(), fixture.collector().collect(layer -> layer.diffId().equals(base.diffId()), false));
        assertEquals(3, fixture.collector().collect(layer -> true, true).size());
        assertEquals(3, fixture.collector().list().size());
        try (LayerChain used = open(base, copy)) {
            assertEquals(List.of(update.diffId()), fixture.collector().collect(layer -> true, false).stream()
                    .map(LayerCollector.Unpacked::diffId).toList());
        }
        assertEquals(List.of(copy.diffId(), base.diffId()), fixture.collector().collect(layer -> true, false).stream()
                .map(LayerCollector.Unpacked::diffId).toList());
        assertEquals(List.of(), fixture.collector().list());
        open(base, copy).close();
    }

    @Test
    public void nothing_is_collected_below_a_scratch_that_may_still_be_mounted() throws IOException {
        open(base).close();
        LayerDirectories directories = new LayerDirectories(fixture.root);
        Path stuck = Files.createDirectories(directories.newScratch());
        fixture.windows.faults().failFirst("Kernel32.MoveFileExW", 5, 0x80070005);
        assertEquals(List.of(), fixture.collector().collect(layer -> true, false));
        assertTrue(Files.exists(stuck));
        assertEquals(1, fixture.collector().collect(layer -> true, false).size());
    }

    @Test
    public void a_record_that_a_crash_cut_short_makes_the_layer_be_unpacked_again() throws IOException {
        open(base).close();
        Files.writeString(fixture.root.resolve("layers").resolve(base.diffId().hex() + ".json"), "{\"name\":");
        open(base).close();
        assertEquals(2, calls("ProcessBaseImage"));
    }
}
