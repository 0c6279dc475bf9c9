package io.jenkins.plugins.windowsimage.engine.layer.transport;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTarWriter;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTimes;
import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamWriter;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.backup.StreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The transport form, into it and out of it. */
public class TransportTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final NtfsModel ntfs = new NtfsModel();
    private final List<String> warnings = new ArrayList<>();
    private Path staging;
    private Path layer;
    private Path parent;
    private Path grandparent;

    @Before
    public void makeDirectories() throws IOException {
        staging = folder.newFolder("staging").toPath();
        layer = folder.newFolder("layer").toPath();
        parent = folder.newFolder("parent").toPath();
        grandparent = folder.newFolder("grandparent").toPath();
        folder.newFolder("spool");
    }

    private ModelFiles files(Path directory) {
        return new ModelFiles(ntfs, directory);
    }

    /** What ImportLayer does between the two halves. */
    private interface Import {
        void run() throws IOException;
    }

    private boolean unpack(byte[] tar, Import importLayer) throws IOException {
        Path spool = folder.getRoot().toPath().resolve("spool");
        List<LayerFiles> parents = List.of(files(parent), files(grandparent));
        try (LayerReader reader = LayerTar.reader(tar);
                TransportUnpacker unpacker = new TransportUnpacker("layer sha256:1234", files(staging), files(layer),
                        () -> parents, spool, new Cancellation())) {
            unpacker.unpack(reader);
            unpacker.finishStaging();
            importLayer.run();
            unpacker.apply();
            return unpacker.hasUtilityVm();
        } finally {
            assertEquals("spool files", List.of(), NtfsModel.children(spool));
        }
    }

    private void unpack(byte[] tar) throws IOException {
        unpack(tar, () -> { });
    }

    private byte[] pack() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LayerTarWriter tar = new LayerTarWriter(bytes, null);
        new TransportReader(files(staging), tar, new Cancellation(), warnings::add).writeEntries();
        tar.finish();
        return bytes.toByteArray();
    }

    private Path make(Path root, String path, String content) throws IOException {
        Path at = root;
        String[] parts = path.split("/");
        for (int i = 0; i < parts.length - 1; i++) {
            at = at.resolve(parts[i]);
            if (!Files.exists(at)) {
                ntfs.create(at, true);
            }
        }
        at = at.resolve(parts[parts.length - 1]);
        ntfs.create(at, false);
        Files.writeString(at, content);
        return at;
    }

    // ---- into it

    @Test
    public void a_file_is_its_attributes_and_its_backup_stream() throws IOException {
        unpack(new LayerTar()
                .directories("Files")
                .add(new LayerEntry("Files/f", LayerEntry.Type.FILE, 2, null, 0x2022, null, LayerTar.TIMES,
                        new TreeMap<>()), "hi")
                .stream("Files/f", "s", "x")
                .toBytes());
        assertArrayEquals(
                HexFormat.of().parseHex("22200000" + "0100000000000000020000000000000000000000" + "6869"
                        + "0400000000000000010000000000000010000000" + "3a0073003a00240044004100540041" + "0078"),
                Files.readAllBytes(staging.resolve("Files/f")));
        // The transport file has the times, and no attributes of its own.
        assertEquals(BasicInfo.of(LayerTar.TIMES, 0x20), ntfs.facts(staging.resolve("Files/f")).info);
    }

    @Test
    public void every_directory_has_a_file_beside_it() throws IOException {
        unpack(new LayerTar().directories("Hives", "Files", "Files/a", "Files/a/empty").toBytes());
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(new byte[] {0x10, 0, 0, 0});
        new BackupStreamWriter(expected).write(StreamType.SECURITY, SecurityDescriptor.forDirectory().toBytes());
        for (String directory : List.of("Hives", "Files", "Files/a", "Files/a/empty")) {
            assertTrue(Files.isDirectory(staging.resolve(directory)));
            assertArrayEquals(expected.toByteArray(), Files.readAllBytes(staging.resolve(directory + ".$wcidirs$")));
        }
    }

    @Test
    public void hives_are_plain() throws IOException {
        unpack(new LayerTar().directories("Hives", "Files").hive("Hives/System_Delta", "regf").toBytes());
        assertEquals("regf", Files.readString(staging.resolve("Hives/System_Delta")));
        assertFalse(Files.exists(staging.resolve("Hives/System_Delta.$wcidirs$")));
    }

    @Test
    public void streams_of_hives_are_dropped() throws IOException {
        unpack(new LayerTar().directories("Hives", "Files").hive("Hives/System_Delta", "regf")
                .stream("Hives/System_Delta", "s", "x").toBytes());
        assertEquals("regf", Files.readString(staging.resolve("Hives/System_Delta")));
    }

    @Test
    public void a_name_that_is_a_link_and_a_file_is_refused() {
        var link = new org.apache.commons.compress.archivers.tar.TarArchiveEntry("Files/a",
                org.apache.commons.compress.archivers.tar.TarConstants.LF_LINK);
        link.setLinkName("Files/a");
        EngineException e = assertThrows(EngineException.class, () -> unpack(BaseLayerUnpackerTest.raw(
                new org.apache.commons.compress.archivers.tar.TarArchiveEntry("Files/"),
                new org.apache.commons.compress.archivers.tar.TarArchiveEntry("Files/a"), link)));
        assertTrue(e.getMessage(), e.getMessage().contains("twice"));
        assertTrue(assertThrows(EngineException.class,
                () -> unpack(new LayerTar().directories("Hives").file("Hives/h", "").toBytes(), () -> {
                    ntfs.deleteTree(staging);
                    ntfs.create(staging, true);
                    Files.delete(folder.getRoot().toPath().resolve("spool/directories"));
                })).getMessage().contains("layer sha256:1234 cannot be completed"));
        assertThrows(EngineException.class, () -> unpack(new LayerTar().directories("Files", "UtilityVM")
                .link("UtilityVM/Files", "Files/x").toBytes()));
    }

    @Test
    public void names_with_half_a_character_are_left_out_with_a_warning() throws IOException {
        unpack(new LayerTar().directories("Files").file("Files/a", "1").toBytes());
        LayerFiles odd = new ModelFiles(ntfs, staging) {
            @Override
            public Listing list(String path) throws IOException {
                Listing real = super.list(path);
                List<DirectoryEntry> extra = new ArrayList<>(List.of(new DirectoryEntry("x\ud800", 0x20)));
                return new Listing() {
                    @Override
                    public DirectoryEntry next() throws IOException {
                        return path.equals("Files") && !extra.isEmpty() ? extra.remove(0) : real.next();
                    }

                    @Override
                    public void close() throws IOException {
                        real.close();
                    }
                };
            }
        };
        LayerTarWriter tar = new LayerTarWriter(java.io.OutputStream.nullOutputStream(), null);
        new TransportReader(odd, tar, new Cancellation(), warnings::add).writeEntries();
        assertEquals(1, warnings.size());
    }

    @Test
    public void nothing_can_be_put_behind_a_link_to_a_directory() throws IOException {
        byte[] good = new LayerTar().directories("Files").junction("Files/j", "C:/x").symlink("Files/s", "y",
                true).toBytes();
        unpack(good, () -> {
            assertTrue(Files.isDirectory(staging.resolve("Files/j")));
            assertTrue(Files.isDirectory(staging.resolve("Files/s")));
            assertEquals(0x10, Files.readAllBytes(staging.resolve("Files/j.$wcidirs$"))[0]);
            assertEquals(0x04, Files.readAllBytes(staging.resolve("Files/j.$wcidirs$"))[1]);
        });
        ntfs.deleteTree(staging);
        ntfs.create(staging, true);
        byte[] bad = BaseLayerUnpackerTest.raw(
                new org.apache.commons.compress.archivers.tar.TarArchiveEntry("Files/"), junctionEntry(),
                new org.apache.commons.compress.archivers.tar.TarArchiveEntry("Files/j/x"));
        EngineException e = assertThrows(EngineException.class, () -> unpack(bad));
        assertTrue(e.getMessage(), e.getMessage().contains("Files/j/x"));
    }

    private static org.apache.commons.compress.archivers.tar.TarArchiveEntry junctionEntry() {
        var entry = new org.apache.commons.compress.archivers.tar.TarArchiveEntry("Files/j",
                org.apache.commons.compress.archivers.tar.TarConstants.LF_SYMLINK);
        entry.setLinkName("C:/x");
        entry.addPaxHeader("MSWINDOWS.mountpoint", "1");
        return entry;
    }

    // ---- what comes after ImportLayer

    @Test
    public void deletions_take_place_in_the_imported_layer() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a").delete("Files/a/gone").delete("Files/a/tree")
                .delete("Files/never").toBytes(), () -> {
            make(layer, "Files/a/gone", "placeholder");
            make(layer, "Files/a/kept", "placeholder");
            make(layer, "Files/a/tree/deep/file", "placeholder");
        });
        assertNull(files(layer).status("Files\\a\\gone"));
        assertNull(files(layer).status("Files\\a\\tree"));
        assertNotEquals(null, files(layer).status("Files\\a\\kept"));
        assertFalse(Files.exists(staging.resolve("tombstones.txt")));
    }

    @Test
    public void hard_links_lead_into_this_layer_or_the_nearest_parent_that_has_the_file() throws IOException {
        make(parent, "Files/both", "parent");
        make(grandparent, "Files/both", "grandparent");
        make(grandparent, "Files/old", "grandparent");
        make(parent, "Files/own", "parent");
        unpack(new LayerTar()
                .directories("Files")
                .file("Files/own", "new")
                .link("Files/to-own", "Files/own")
                .link("Files/to-link", "Files/to-own")
                .link("Files/to-both", "Files/both")
                .link("Files/to-old", "Files/old")
                .toBytes(), () -> {
            make(layer, "Files/own", "new");
            make(layer, "Files/to-old", "a placeholder that is in the way");
        });
        assertEquals("new", Files.readString(layer.resolve("Files/to-own")));
        assertEquals("new", Files.readString(layer.resolve("Files/to-link")));
        assertEquals("parent", Files.readString(layer.resolve("Files/to-both")));
        assertEquals("grandparent", Files.readString(layer.resolve("Files/to-old")));
        assertEquals(3, files(layer).status("Files\\own").links());
    }

    @Test
    public void a_hard_link_that_leads_nowhere_is_named() {
        EngineException e = assertThrows(EngineException.class,
                () -> unpack(new LayerTar().directories("Files").link("Files/x", "Files/nothing").toBytes()));
        assertEquals(ErrorKind.LAYER_CREATE, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains("Files/x") && e.getMessage().contains("Files/nothing"));
    }

    @Test
    public void directory_times_come_last() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a").file("Files/a/own", "1").link("Files/a/b", "Files/a/own")
                .delete("Files/a/gone").toBytes(), () -> {
            make(layer, "Files/a/own", "1");
            make(layer, "Files/a/gone", "");
        });
        assertEquals(BasicInfo.of(LayerTar.TIMES, 0x10), ntfs.facts(layer.resolve("Files/a")).info);
        assertEquals(BasicInfo.of(LayerTar.TIMES, 0x10), ntfs.facts(layer.resolve("Files")).info);
    }

    // ---- UtilityVM

    @Test
    public void a_changed_utility_vm_is_the_parents_with_the_changes() throws IOException {
        make(parent, "UtilityVM/Files/Windows/kept.dll", "kept");
        make(parent, "UtilityVM/Files/Windows/changed.dll", "old");
        make(parent, "UtilityVM/Files/Windows/gone.dll", "old");
        Path bcd = make(parent, "UtilityVM/Files/EFI/Microsoft/Boot/BCD", "bcd");
        make(parent, "UtilityVM/Files/EFI/Microsoft/Boot/bcd.log", "log");
        ntfs.facts(bcd).security = new byte[] {9};
        ntfs.setInfo(parent.resolve("UtilityVM/Files/Windows"), BasicInfo.of(LayerTar.TIMES, 0x10));

        boolean utilityVm = unpack(new LayerTar()
                .directories("Files", "UtilityVM", "UtilityVM/Files")
                .directories("UtilityVM/Files/Windows")
                .file("UtilityVM/Files/Windows/changed.dll", "new!")
                .link("UtilityVM/Files/Windows/second.dll", "UtilityVM/Files/Windows/changed.dll")
                .link("UtilityVM/Files/Windows/third.dll", "UtilityVM/Files/Windows/kept.dll")
                .delete("UtilityVM/Files/Windows/gone.dll")
                .toBytes(), () -> { });

        assertTrue(utilityVm);
        Path vm = layer.resolve("UtilityVM/Files");
        assertEquals("kept", Files.readString(vm.resolve("Windows/kept.dll")));
        assertEquals("shared with the parent", 3, files(layer).status("UtilityVM\\Files\\Windows\\kept.dll").links());
        assertEquals("new!", Files.readString(vm.resolve("Windows/changed.dll")));
        assertEquals("the parent stays as it was", "old",
                Files.readString(parent.resolve("UtilityVM/Files/Windows/changed.dll")));
        assertEquals("new!", Files.readString(vm.resolve("Windows/second.dll")));
        assertFalse(Files.exists(vm.resolve("Windows/gone.dll")));
        assertTrue(Files.exists(parent.resolve("UtilityVM/Files/Windows/gone.dll")));
        for (String mutable : List.of("BCD", "bcd.log")) {
            assertEquals(mutable, 1, files(layer).status("UtilityVM\\Files\\EFI\\Microsoft\\Boot\\" + mutable).links());
        }
        assertArrayEquals(new byte[] {9}, ntfs.facts(vm.resolve("EFI/Microsoft/Boot/BCD")).security);
        assertEquals(BasicInfo.of(LayerTar.TIMES, 0x10), ntfs.facts(vm.resolve("Windows")).info);
        assertFalse("not part of the transport form", Files.exists(staging.resolve("UtilityVM")));
    }

    @Test
    public void links_within_the_utility_vm_are_copied_and_replaced() throws IOException {
        make(parent, "UtilityVM/Files/a/x", "1");
        ntfs.create(parent.resolve("UtilityVM/Files/link"), true);
        ntfs.facts(parent.resolve("UtilityVM/Files/link")).reparse = new byte[] {1, 2, 3};
        unpack(new LayerTar().directories("UtilityVM", "UtilityVM/Files").junction("UtilityVM/Files/a",
                "C:/x").toBytes());
        assertArrayEquals(new byte[] {1, 2, 3}, ntfs.facts(layer.resolve("UtilityVM/Files/link")).reparse);
        assertFalse("a directory gave way to a link", Files.exists(layer.resolve("UtilityVM/Files/a/x")));
        assertTrue(files(layer).status("UtilityVM\\Files\\a").isReparsePoint());
    }

    @Test
    public void a_utility_vm_without_one_below_is_refused() {
        EngineException e = assertThrows(EngineException.class,
                () -> unpack(new LayerTar().directories("UtilityVM").toBytes()));
        assertTrue(e.getMessage(), e.getMessage().contains("the layer below has none"));
    }

    @Test
    public void what_does_not_stay_in_its_place_is_refused() throws IOException {
        make(parent, "UtilityVM/Files/x", "1");
        for (byte[] tar : List.of(
                new LayerTar().directories("Files", "Hives").link("Files/x", "Hives/y").toBytes(),
                new LayerTar().directories("Files", "UtilityVM", "UtilityVM/Files").link("Files/x",
                        "UtilityVM/Files/x").toBytes(),
                new LayerTar().directories("Hives").delete("Hives/System_Delta").toBytes(),
                new LayerTar().delete("Files").toBytes(),
                new LayerTar().directories("Files").file("Files/a", "1").delete("Files/b").toBytes())) {
            for (Path root : List.of(staging, layer)) {
                ntfs.deleteTree(root);
                ntfs.create(root, true);
            }
            EngineException e = assertThrows(EngineException.class,
                    () -> unpack(tar, () -> make(staging, "Files/b", "")));
            assertEquals(ErrorKind.LAYER_CREATE, e.kind());
        }
    }

    // ---- out of it

    @Test
    public void what_went_in_comes_out_byte_for_byte() throws IOException {
        byte[] tar = new LayerTar()
                .directories("Files", "Files/dir", "Files/dir/empty")
                .stream("Files/dir/empty", "of-directory", "d")
                .add(new LayerEntry("Files/dir/f", LayerEntry.Type.FILE, 5, null, 0x2027, SecurityDescriptor.forFile(),
                        LayerTar.TIMES, LayerTar.attributes("LXATTRB", (byte) 3)), "hello")
                .stream("Files/dir/f", "Zone.Identifier", "[ZoneTransfer]")
                .stream("Files/dir/f", "empty", "")
                .file("Files/dir/nothing", "")
                .file("Files/large", "0123456789".repeat(50_000))
                .symlink("Files/symlink", "..\\x/y".replace('\\', '/'), false)
                .symlink("Files/symlinkd", "C:/Windows", true)
                .symlink("Files/unc", "//server/share", true)
                .junction("Files/volume", "//?/Volume{0000}/")
                .file("Files/ünï-中", "1")
                .directories("Hives")
                .hive("Hives/System_Delta", "regf" + "x".repeat(3000))
                .toBytes();
        unpack(tar);
        // Of what lies outside of Files only the last change counts, and the roots have the times of the hive.
        List<String> expected = LayerTar.describe(tar, entry -> entry.name().startsWith("Files/") ? entry
                : new LayerEntry(entry.name(), entry.type(), entry.size(), null, entry.attributes(), null,
                        new LayerTimes(LayerTar.TIMES.modified(), LayerTar.TIMES.modified(), LayerTar.TIMES.changed(),
                                LayerTar.TIMES.modified()), entry.extendedAttributes()));
        assertEquals(expected, LayerTar.describe(pack()));
        assertEquals(List.of(), warnings);
    }

    @Test
    public void hard_links_are_found_by_the_identity_of_files() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a").file("Files/a/one", "1").toBytes());
        ntfs.link(staging.resolve("Files/b"), staging.resolve("Files/a/one"));
        ntfs.link(staging.resolve("Files/c"), staging.resolve("Files/a/one"));
        List<String> lines = LayerTar.describe(pack());
        assertEquals(2, lines.stream().filter(line -> line.contains("HARD_LINK Files/a/one")).count());
    }

    private void tombstones(String... lines) throws IOException {
        Files.writeString(staging.resolve("tombstones.txt"),
                "\uFEFFVersion 1.0\r\n" + String.join("\r\n", lines) + "\r\n");
    }

    private List<String> names(byte[] tar) throws IOException {
        List<String> names = new ArrayList<>();
        try (LayerReader reader = LayerTar.reader(tar)) {
            for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
                names.add(entry.type() + " " + entry.name());
            }
        }
        return names;
    }

    @Test
    public void tombstones_become_whiteouts_right_behind_their_directory() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a", "Files/a/b").file("Files/a/b/f", "1").toBytes());
        tombstones("\\a\\B\\gone", "\\top", "\\a\\b\\f");
        assertEquals(List.of("DIRECTORY Files", "WHITEOUT Files/top", "DIRECTORY Files/a", "DIRECTORY Files/a/b",
                "WHITEOUT Files/a/B/gone", "FILE Files/a/b/f"), names(pack()));
    }

    @Test
    public void a_tombstone_whose_directories_are_not_there_brings_them_along() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/a").toBytes());
        tombstones("\\a\\x\\y\\gone", "\\a\\x\\also", "\\z\\gone");
        assertEquals(List.of("DIRECTORY Files", "DIRECTORY Files/a",
                "DIRECTORY Files/a/x", "WHITEOUT Files/a/x/also", "DIRECTORY Files/a/x/y", "WHITEOUT Files/a/x/y/gone",
                "DIRECTORY Files/z", "WHITEOUT Files/z/gone"), names(pack()));
    }

    @Test
    public void damaged_tombstones_are_refused() throws IOException {
        unpack(new LayerTar().directories("Files").toBytes());
        for (String bad : List.of("relative", "\\a\\..\\..\\x", "\\", "\\a\\\\b", "\\.", "\\a/b")) {
            tombstones(bad);
            EngineException e = assertThrows(bad, EngineException.class, this::pack);
            assertEquals(ErrorKind.LAYER_EXPORT_FAILED, e.kind());
            assertTrue(e.getMessage(), e.getMessage().contains("tombstones.txt"));
        }
        Files.writeString(staging.resolve("tombstones.txt"), "\\a\r\n");
        assertThrows(EngineException.class, this::pack);
    }

    @Test
    public void the_recycle_bin_stays_behind() throws IOException {
        unpack(new LayerTar().directories("Files", "Files/$RECYCLE.BIN", "Files/$RECYCLE.BIN/S-1-5",
                "Files/a").toBytes());
        assertEquals(List.of("DIRECTORY Files", "DIRECTORY Files/a"), names(pack()));
    }

    // ---- sparse files

    private void transport(String name, int attributes, Streams streams) throws IOException {
        Path file = staging.resolve("Files/" + name);
        ntfs.create(file, false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) attributes, (byte) (attributes >> 8), 0, 0});
        streams.write(new BackupStreamWriter(bytes));
        Files.write(file, bytes.toByteArray());
    }

    private interface Streams {
        void write(BackupStreamWriter out) throws IOException;
    }

    private static BackupStream sparse(long size) {
        return new BackupStream(StreamType.DATA, BackupStream.SPARSE, size, "", 0);
    }

    private static void block(BackupStreamWriter out, long offset, String content) throws IOException {
        out.begin(BackupStream.sparseBlock(offset, content.length()));
        out.write(content.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void all_forms_of_sparse_files_come_out_expanded() throws IOException {
        unpack(new LayerTar().directories("Files").toBytes());
        transport("1-none", 0x220, out -> { });
        transport("2-no-blocks", 0x220, out -> out.begin(sparse(0)));
        transport("3-full", 0x220, out -> {
            out.begin(sparse(3));
            out.write("abc".getBytes(StandardCharsets.US_ASCII));
        });
        transport("4-blocks", 0x220, out -> {
            out.write(StreamType.SECURITY, SecurityDescriptor.forFile().toBytes());
            out.begin(sparse(0));
            block(out, 2, "ab");
            block(out, 5, "c");
            block(out, 7, "");
            out.begin(BackupStream.alternate("s", 1));
            out.write('!');
        });
        transport("5-all-hole", 0x220, out -> {
            out.begin(sparse(0));
            block(out, 10, "");
        });
        transport("6-no-end", 0x220, out -> {
            out.begin(sparse(0));
            block(out, 1, "x");
        });
        transport("7-alternate", 0x20, out -> {
            out.begin(BackupStream.of(StreamType.DATA, 1));
            out.write('m');
            out.begin(new BackupStream(StreamType.ALTERNATE_DATA, BackupStream.SPARSE, 0, ":s:$DATA", 0));
            block(out, 1, "x");
            block(out, 3, "");
        });
        List<String> lines = LayerTar.describe(pack());
        contains(lines, "Files/1-none FILE", "");
        contains(lines, "Files/2-no-blocks FILE", "");
        contains(lines, "Files/3-full FILE", "abc");
        contains(lines, "Files/4-blocks FILE", "\0\0ab\0c\0");
        contains(lines, "Files/4-blocks:s ALTERNATE_STREAM", "!");
        contains(lines, "Files/5-all-hole FILE", "\0".repeat(10));
        contains(lines, "Files/6-no-end FILE", "\0x");
        contains(lines, "Files/7-alternate FILE", "m");
        contains(lines, "Files/7-alternate:s ALTERNATE_STREAM", "\0x\0");
    }

    private static void contains(List<String> lines, String start, String content) {
        String line = lines.stream().filter(each -> each.startsWith(start)).findFirst().orElseThrow();
        assertEquals(content, line.substring(line.indexOf(']') + 2));
    }

    @Test
    public void a_large_sparse_file_is_streamed() throws IOException {
        unpack(new LayerTar().directories("Files").toBytes());
        long size = (64L << 20) + 3;
        transport("big", 0x220, out -> {
            out.begin(sparse(0));
            block(out, size - 1, "z");
            block(out, size, "");
        });
        try (LayerReader reader = LayerTar.reader(pack())) {
            assertEquals("Files", reader.next().name());
            assertEquals(size, reader.next().size());
            reader.content().skipNBytes(size - 1);
            assertEquals('z', reader.content().read());
        }
    }

    // ---- what no layer can hold

    @Test
    public void what_no_layer_can_hold_is_left_out_with_a_warning() throws IOException {
        unpack(new LayerTar().directories("Files").file("Files/ok", "1").toBytes());
        transport("alias.exe", 0x420, out -> out.write(StreamType.REPARSE_POINT,
                HexFormat.of().parseHex("1b000080" + "04000000" + "01020304")));
        transport("stream", 0x20, out -> {
            out.begin(BackupStream.of(StreamType.DATA, 1));
            out.write('1');
            out.begin(new BackupStream(StreamType.ALTERNATE_DATA, 0, 0, ":x:$BITMAP", 0));
            out.write(StreamType.OBJECT_ID, new byte[16]);
            out.write(StreamType.PROPERTIES, new byte[3]);
            out.write(StreamType.TRANSACTION, new byte[3]);
            out.write(StreamType.LINK, new byte[3]);
        });
        assertEquals(List.of("DIRECTORY Files", "FILE Files/ok", "FILE Files/stream"), names(pack()));
        assertEquals(2, warnings.size());
        assertTrue(warnings.get(0), warnings.get(0).contains("alias.exe") && warnings.get(0).contains("0x8000001B"));
        assertTrue(warnings.get(1), warnings.get(1).contains(":x:$BITMAP"));
    }

    @Test
    public void a_damaged_export_is_refused_and_the_file_named() throws IOException {
        for (Streams streams : List.<Streams>of(
                out -> block(out, 0, "no data before"),
                out -> {
                    out.begin(sparse(0));
                    block(out, 5, "abc");
                    block(out, 6, "overlap");
                },
                out -> {
                    out.begin(sparse(0));
                    block(out, 5, "");
                    block(out, 6, "behind the end");
                },
                out -> {
                    out.begin(BackupStream.of(StreamType.DATA, 1));
                    out.write(1);
                    block(out, 5, "not sparse");
                },
                out -> {
                    out.begin(BackupStream.of(StreamType.DATA, 0));
                    out.begin(BackupStream.of(StreamType.DATA, 0));
                },
                out -> out.begin(BackupStream.of(StreamType.DATA, 100)),
                out -> out.write(StreamType.SECURITY, new byte[3]),
                out -> out.write(StreamType.EXTENDED_ATTRIBUTES, new byte[] {1}),
                out -> out.write(StreamType.REPARSE_POINT, new byte[20_000]),
                out -> out.write(StreamType.REPARSE_POINT, new byte[3]))) {
            ntfs.deleteTree(staging);
            ntfs.create(staging, true);
            unpack(new LayerTar().directories("Files").toBytes());
            transport("bad", 0x20, streams);
            EngineException e = assertThrows(EngineException.class, this::pack);
            assertEquals(ErrorKind.LAYER_EXPORT_FAILED, e.kind());
            assertTrue(e.getMessage(), e.getMessage().contains("Files/bad"));
        }
    }

    @Test
    public void a_directory_without_its_file_and_a_file_without_attributes_are_refused() throws IOException {
        unpack(new LayerTar().directories("Files").toBytes());
        Path file = make(staging, "Files/short", "abc");
        assertTrue(assertThrows(EngineException.class, this::pack).getMessage().contains("Files/short"));
        ntfs.delete(file);
        ntfs.create(staging.resolve("Files/lonely"), true);
        assertTrue(assertThrows(EngineException.class, this::pack).getMessage().contains("Files/lonely"));
    }

    @Test
    public void random_bytes_in_transport_files_end_in_an_answer() throws IOException {
        unpack(new LayerTar().directories("Files").toBytes());
        Path file = make(staging, "Files/f", "");
        Random random = new Random(99);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = new byte[4 + random.nextInt(90)];
            random.nextBytes(bytes);
            bytes[0] &= ~0x10;
            for (int i = 4; i + 20 <= bytes.length; i += 20 + random.nextInt(3)) {
                java.util.Arrays.fill(bytes, i, i + 20, (byte) 0);
                bytes[i] = (byte) (1 + random.nextInt(11));
                bytes[i + 4] = (byte) random.nextInt(16);
                bytes[i + 8] = (byte) random.nextInt(30);
            }
            Files.write(file, bytes);
            try {
                pack();
            } catch (EngineException e) {
                assertTrue(e.getMessage(), e.getMessage().contains("Files/f"));
            }
        }
    }

    @Test
    public void a_fixed_time_replaces_all_others() throws IOException {
        unpack(new LayerTar().directories("Files").file("Files/f", "1").toBytes());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LayerTarWriter tar = new LayerTarWriter(bytes, 1_000_000_000L);
        new TransportReader(files(staging), tar, new Cancellation(), warnings::add).writeEntries();
        tar.finish();
        assertTrue(LayerTar.describe(bytes.toByteArray()).stream()
                .allMatch(line -> line.contains("modified=2001-09-09T01:46:40Z")));
    }
}
