package io.jenkins.plugins.windowsimage.engine.layer.transport;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamReader;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ExtendedAttributes;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ReparsePoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class BaseLayerUnpackerTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final NtfsModel ntfs = new NtfsModel();
    private Path root;
    private ModelFiles files;
    private boolean utilityVm;

    @Before
    public void makeDirectories() throws IOException {
        root = folder.newFolder("layer").toPath();
        files = new ModelFiles(ntfs, root);
        folder.newFolder("spool");
    }

    private void unpack(byte[] tar) throws IOException {
        Path spool = folder.getRoot().toPath().resolve("spool");
        try (LayerReader reader = LayerTar.reader(tar);
                BaseLayerUnpacker unpacker =
                        new BaseLayerUnpacker("layer sha256:1234", files, spool, new Cancellation())) {
            unpacker.unpack(reader);
            unpacker.finish();
            utilityVm = unpacker.hasUtilityVm();
        } finally {
            assertEquals("spool files", List.of(), NtfsModel.children(spool));
        }
    }

    private static String content(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static BasicInfo info(int attributes) {
        return BasicInfo.of(LayerTar.TIMES, attributes);
    }

    @Test
    public void files_and_directories_are_the_real_ones_with_all_that_belongs_to_them() throws IOException {
        unpack(new LayerTar()
                .directories("Files", "Files/a")
                .add(new LayerEntry("Files/a/f.txt", LayerEntry.Type.FILE, 5, null, 0x21, SecurityDescriptor.forFile(),
                        LayerTar.TIMES, LayerTar.attributes("$KERNEL.PURGE.ESBCACHE", (byte) 1, (byte) 2)), "hello")
                .stream("Files/a/f.txt", "Zone.Identifier", "[ZoneTransfer]")
                .stream("Files/a/f.txt", "second", "")
                .file("Files/a/empty", "")
                .toBytes());
        Path file = root.resolve("Files/a/f.txt");
        assertEquals("hello", content(file));
        NtfsModel.Facts facts = ntfs.facts(file);
        assertEquals(info(0x21), facts.info);
        assertArrayEquals(SecurityDescriptor.forFile().toBytes(), facts.security);
        assertArrayEquals(new byte[] {1, 2},
                ExtendedAttributes.decode(facts.extendedAttributes).get("$KERNEL.PURGE.ESBCACHE"));
        assertEquals("[ZoneTransfer]", new String(facts.streams.get(":Zone.Identifier:$DATA"), StandardCharsets.UTF_8));
        assertEquals(0, facts.streams.get(":second:$DATA").length);
        assertArrayEquals(SecurityDescriptor.forDirectory().toBytes(), ntfs.facts(root.resolve("Files/a")).security);
        assertFalse(utilityVm);
    }

    @Test
    public void directories_get_their_times_after_everything_is_in_them() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a", "Files/a/b").file("Files/a/b/f", "x").toBytes());
        for (String directory : List.of("Files", "Files/a", "Files/a/b")) {
            assertEquals(directory, info(0x10), ntfs.facts(root.resolve(directory)).info);
        }
    }

    @Test
    public void links_are_reparse_points_and_nothing_is_put_behind_them() throws IOException {
        unpack(new LayerTar()
                .directories("Files")
                .symlink("Files/link", "a/b.txt", false)
                .symlink("Files/dirlink", "C:/Windows", true)
                .junction("Files/junction", "C:/Users")
                .toBytes());
        assertEquals(new ReparsePoint(false, "a\\b.txt"),
                ReparsePoint.decode(ntfs.facts(root.resolve("Files/link")).reparse).orElseThrow());
        assertEquals(new ReparsePoint(false, "C:\\Windows"),
                ReparsePoint.decode(ntfs.facts(root.resolve("Files/dirlink")).reparse).orElseThrow());
        assertEquals(new ReparsePoint(true, "C:\\Users"),
                ReparsePoint.decode(ntfs.facts(root.resolve("Files/junction")).reparse).orElseThrow());
        assertFalse(Files.isDirectory(root.resolve("Files/link")));
        assertTrue(Files.isDirectory(root.resolve("Files/dirlink")));
        assertTrue(Files.isDirectory(root.resolve("Files/junction")));

        refused(raw(directory("Files"), junction("Files/bomb", "../../../etc"), file("Files/bomb/x")), "Files/bomb/x");
    }

    @Test
    public void hard_links_are_further_names() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a").file("Files/a/one", "1").link("Files/two", "Files/a/one")
                .link("Files/three", "Files/two").toBytes());
        assertEquals(3, files.status("Files\\three").links());
        assertEquals("1", content(root.resolve("Files/three")));
        refused(new LayerTar().directories("Files", "Files/b").link("Files/b/x", "Files/none").toBytes(), "Files/none");
    }

    @Test
    public void a_utility_vm_is_noticed() throws IOException {
        unpack(new LayerTar().directories("Files", "UtilityVM", "UtilityVM/Files").file("UtilityVM/Files/x",
                "y").toBytes());
        assertTrue(utilityVm);
        assertEquals("y", content(root.resolve("UtilityVM/Files/x")));
    }

    @Test
    public void long_paths_and_odd_names_are_fine() throws IOException {
        LayerTar tar = new LayerTar().directories("Files");
        StringBuilder deep = new StringBuilder("Files");
        for (int i = 0; i < 14; i++) {
            deep.append("/").append("d".repeat(200 + i));
            tar.directories(deep.toString());
        }
        tar.file(deep + "/leaf", "deep").file("Files/trailing ", "1").file("Files/con", "2").file("Files/ünï-中.txt",
                "3");
        unpack(tar.toBytes());
        assertEquals("deep", content(root.resolve(deep + "/leaf")));
        assertEquals("3", content(root.resolve("Files/ünï-中.txt")));
    }

    @Test
    public void what_is_no_base_layer_is_refused() throws IOException {
        refused(new LayerTar().directories("Files").delete("Files/x").toBytes(), "Files/x");
        refused(raw(directory("bin"), file("bin/sh")), "bin");
        refused(raw(directory("Files"), file("Files/../x")), "Files/../x");
        refused(raw(directory("Files"), file("Files/a\\..\\..\\x")), "Files/a\\..\\..\\x");
        refused(raw(file("sandbox.vhdx")), "sandbox.vhdx");
        refused(raw(directory("UtilityVM"), file("UtilityVM/SystemTemplate.vhdx")), "UtilityVM/SystemTemplate.vhdx");
        refused(raw(directory("Files"), file("Files/a?b")), "Files/a?b");
        refused(raw(directory("Files"), file("Files/a\u0001b")), "Files/a");
        refused(raw(directory("Files"), directory("Files/x:y"), file("Files/x:y/z")), "Files/x:y");
        refused(raw(directory("Files"), file("Files/missing/z")), "Files/missing/z");
        refused(raw(directory("Files"), file("Files/z"), file("Files/z")), "Files/z");
        refused(raw(directory("Files"), file("Files/z"), file("Files/other:stream")), "Files/other:stream");
        refused(raw(directory("Files"), file("Files/z"), file("Files/z:")), "Files/z:");
        refused(raw(directory("Files"), file("Files/z"), file("Files/z:a:$DATA")), "Files/z:a:$DATA");
        refused(raw(directory("Files"), junction("Files/z", "")), "Files/z");
        refused(raw(directory("Files"), junction("Files/z", "a".repeat(9000))), "Files/z");
    }

    private void refused(byte[] tar, String name) throws IOException {
        for (Path child : NtfsModel.children(root)) {
            ntfs.deleteTree(child);
        }
        EngineException e = assertThrows(name, EngineException.class, () -> unpack(tar));
        assertTrue(e.kind().toString(), e.kind() == ErrorKind.LAYER_CREATE || e.kind() == ErrorKind.TAR_EXTRACT_FAILED);
        assertTrue(e.getMessage(), e.getMessage().contains(name));
        assertNull(files.status("..\\x"));
    }

    @Test
    public void a_tar_that_ends_within_a_file_is_refused() throws IOException {
        byte[] tar = new LayerTar().directories("Files").file("Files/f", "x".repeat(5000)).toBytes();
        for (int length : new int[] {tar.length - 2000, tar.length - 4096, tar.length - 5632}) {
            for (Path child : NtfsModel.children(root)) {
                ntfs.deleteTree(child);
            }
            assertThrows(EngineException.class, () -> unpack(java.util.Arrays.copyOf(tar, length)));
        }
    }

    @Test
    public void damaged_tars_never_do_more_than_be_refused() throws IOException {
        byte[] good = new LayerTar()
                .directories("Files", "Files/a")
                .add(new LayerEntry("Files/a/f", LayerEntry.Type.FILE, 3, null, 0x20, SecurityDescriptor.forFile(),
                        LayerTar.TIMES,
                        LayerTar.attributes("A", (byte) 1)), "abc")
                .stream("Files/a/f", "s", "t")
                .symlink("Files/link", "a/f", false)
                .link("Files/b", "Files/a/f")
                .toBytes();
        java.util.Random random = new java.util.Random(7);
        for (int round = 0; round < 400; round++) {
            for (Path child : NtfsModel.children(root)) {
                ntfs.deleteTree(child);
            }
            byte[] damaged = good.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                unpack(damaged);
            } catch (EngineException e) {
                assertTrue(e.getMessage(), e.getMessage().contains("layer sha256:1234")
                        || e.getMessage().contains("layer under test"));
            }
            for (Path child : NtfsModel.children(root)) {
                assertTrue(child.toString(), child.endsWith("Files"));
            }
        }
    }

    @Test
    public void the_old_text_form_of_security_is_understood() throws IOException {
        TarArchiveEntry entry = file("Files/f");
        entry.addPaxHeader("MSWINDOWS.sd", "O:BAG:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)");
        unpack(raw(directory("Files"), entry));
        assertArrayEquals(SecurityDescriptor.forFile().toBytes(), ntfs.facts(root.resolve("Files/f")).security);
    }

    @Test
    public void cancellation_ends_the_work() throws IOException {
        Cancellation cancellation = new Cancellation();
        cancellation.request();
        try (LayerReader reader = LayerTar.reader(new LayerTar().directories("Files").toBytes());
                BaseLayerUnpacker unpacker =
                        new BaseLayerUnpacker("layer", files, folder.getRoot().toPath().resolve("spool"),
                                cancellation)) {
            EngineException e = assertThrows(EngineException.class, () -> unpacker.unpack(reader));
            assertEquals(ErrorKind.CANCELLED, e.kind());
        }
    }

    @Test
    public void the_backup_stream_has_the_order_that_windows_wants() throws IOException {
        LayerEntry entry = new LayerEntry("Files/f", LayerEntry.Type.FILE, 3, null, 0x20, SecurityDescriptor.forFile(),
                LayerTar.TIMES, LayerTar.attributes("A", (byte) 1));
        unpack(new LayerTar().directories("Files").add(entry, "abc").stream("Files/f", "s", "t").toBytes());
        List<String> types = new ArrayList<>();
        try (var backup = files.openBackup("Files\\f")) {
            BackupStreamReader reader = new BackupStreamReader(new ByteArrayInputStream(backup.readAllBytes()));
            for (BackupStream stream = reader.next(); stream != null; stream = reader.next()) {
                types.add(stream.type().name());
            }
        }
        assertEquals(List.of("SECURITY", "EXTENDED_ATTRIBUTES", "DATA", "ALTERNATE_DATA"), types);
    }

    // ---- tars that our own writer would refuse

    private static TarArchiveEntry directory(String name) {
        return new TarArchiveEntry(name, TarConstants.LF_DIR, true);
    }

    private static TarArchiveEntry file(String name) {
        return new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    }

    private static TarArchiveEntry junction(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        entry.addPaxHeader("MSWINDOWS.mountpoint", "1");
        return entry;
    }

    static byte[] raw(TarArchiveEntry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (TarArchiveEntry entry : entries) {
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
