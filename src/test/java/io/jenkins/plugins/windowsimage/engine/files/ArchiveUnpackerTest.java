package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ArchiveUnpackerTest {
    private static final List<String> FORMATS = List.of(CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2,
            CompressorStreamFactory.XZ, CompressorStreamFactory.ZSTANDARD);

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    @After
    public void nothing_stays_on_the_disk() {
        assertEquals(0, temporary.getRoot().list().length);
    }

    @Test
    public void recognises_archives_by_content() throws Exception {
        byte[] tar = new TarBuilder().directory("d").file("d/f", "hello").symlink("l", "d/f").bytes();
        Map<String, String> expected = Map.of("d", "directory", "d/f", "hello", "l", "-> d/f");
        assertEquals(expected, unpacked(tar));
        for (String format : FORMATS) {
            assertEquals(format, expected, unpacked(TarBuilder.compressed(format, tar)));
        }
    }

    @Test
    public void takes_no_other_file_for_an_archive() throws Exception {
        byte[] zip = {'P', 'K', 3, 4, 20, 0, 0, 0};
        for (byte[] content : List.of(new byte[0], zip, "text".getBytes(StandardCharsets.UTF_8), new byte[10_240],
                new byte[] {0x1F, (byte) 0x8B, 8}, new byte[] {'B', 'Z', 'h', '9', 1, 2, 3, 4, 5, 6, 7, 8, 9}, new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD})) {
            assertFalse(Arrays.toString(content), open(content).isPresent());
        }
        for (String format : FORMATS) {
            byte[] text = TarBuilder.compressed(format, "only text".repeat(500).getBytes(StandardCharsets.UTF_8));
            assertFalse(format, open(text).isPresent());
        }
    }

    @Test
    public void takes_no_random_bytes_for_an_archive_whatever_they_begin_with() throws Exception {
        Random random = new Random(11);
        byte[][] magics = {{}, {0x1F, (byte) 0x8B, 8}, {'B', 'Z', 'h', '1'}, {(byte) 0xFD, '7', 'z', 'X', 'Z', 0},
            {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}};
        for (int i = 0; i < 2000; i++) {
            byte[] content = new byte[random.nextInt(2000)];
            random.nextBytes(content);
            byte[] magic = magics[i % magics.length];
            System.arraycopy(magic, 0, content, 0, Math.min(magic.length, content.length));
            assertFalse(open(content).isPresent());
        }
    }

    @Test
    public void keeps_times_and_hard_links() throws Exception {
        byte[] tar = new TarBuilder().file("a", "x").hardLink("b", "a").file("c", "x").bytes();
        try (FileTree tree = open(tar).orElseThrow()) {
            assertEquals(TarBuilder.TIME, tree.find("a").orElseThrow().modified());
            assertNotNull(tree.find("a").orElseThrow().identity());
            assertEquals(tree.find("a").orElseThrow().identity(), tree.find("b").orElseThrow().identity());
            assertNull(tree.find("c").orElseThrow().identity());
        }
    }

    @Test
    public void lets_the_last_entry_of_a_name_win() throws Exception {
        assertEquals(Map.of("f", "new"), unpacked(new TarBuilder().file("f", "old").file("./f", "new").bytes()));
        assertEquals(Map.of("d", "now a file"),
                unpacked(new TarBuilder().file("d/x", "gone").file("d", "now a file").bytes()));
        assertEquals(Map.of("d", "directory", "d/y", "2"),
                unpacked(new TarBuilder().file("d/x", "1").file("d", "f").directory("d").file("d/y", "2").bytes()));
        assertEquals(Map.of("a", "new", "b", "old"),
                unpacked(new TarBuilder().file("a", "old").hardLink("b", "a").file("a", "new").bytes()));
    }

    @Test
    public void takes_absolute_names_and_backslashes_for_names_within() throws Exception {
        assertEquals(Map.of("etc", "directory", "etc/f", "1", "w", "directory", "w/g", "2"),
                unpacked(new TarBuilder().file("/etc/f", "1").file("w\\g", "2").bytes()));
    }

    @Test
    public void refuses_names_that_climb() {
        for (String name : List.of("../f", "a/../../f", "..\\f", "/../f", "d/..\\..\\..\\Windows\\f")) {
            refused(new TarBuilder().file(name, "evil"), "leads out of it");
            refused(new TarBuilder().directory(name), "leads out of it");
            refused(new TarBuilder().file("a", "x").hardLink("b", name), "leads out of it");
            refused(new TarBuilder().symlink("b", name.startsWith("/") ? name : "../" + name), "leads out of it");
        }
    }

    @Test
    public void refuses_links_to_other_drives_servers_and_devices() {
        for (String target : List.of("D:\\x", "\\\\server\\share", "//server/share", "\\\\?\\C:\\Windows", "\\\\.\\pipe\\docker")) {
            refused(new TarBuilder().symlink("l", target), "leads out of the image");
        }
    }

    @Test
    public void keeps_links_that_stay_in_the_image() throws Exception {
        assertEquals(Map.of("a", "directory", "a/l", "-> ../x", "m", "-> /usr/bin", "n", "-> C:\\Windows"), unpacked(
                new TarBuilder().symlink("a/l", "../x").symlink("m", "/usr/bin").symlink("n", "C:\\Windows").bytes()));
    }

    @Test
    public void follows_links_to_directories_within_the_archive_only() throws Exception {
        assertEquals(Map.of("usr", "directory", "usr/lib", "directory", "lib", "-> usr/lib", "usr/lib/f", "1"),
                unpacked(new TarBuilder().directory("usr/lib").symlink("lib", "usr/lib").file("lib/f", "1").bytes()));
        refused(new TarBuilder().symlink("d", "/Windows").file("d/evil.dll", "x"), "leads to no directory of the archive");
        refused(new TarBuilder().symlink("d", "e").symlink("e", "d").file("d/f", "x"), "leads to no directory of the archive");
        refused(new TarBuilder().file("f", "x").file("f/g", "y"), "lies in a file");
    }

    @Test
    public void refuses_hard_links_to_what_is_not_there() {
        refused(new TarBuilder().hardLink("b", "nowhere"), "is no file before it");
        refused(new TarBuilder().directory("d").hardLink("b", "d"), "is no file before it");
    }

    @Test
    public void leaves_out_devices_and_pipes() throws Exception {
        byte[] none = new byte[0];
        assertEquals(Map.of("f", "x"), unpacked(new TarBuilder()
                .entry("tty", TarConstants.LF_CHR, null, none, Map.of())
                .entry("sda", TarConstants.LF_BLK, null, none, Map.of())
                .entry("pipe", TarConstants.LF_FIFO, null, none, Map.of())
                .file("f", "x").bytes()));
    }

    @Test
    public void reads_long_and_foreign_names() throws Exception {
        String name = "d/" + "\u00fc\u4e2d".repeat(100);
        assertEquals(Map.of("d", "directory", name, "x"), unpacked(new TarBuilder().file(name, "x").bytes()));
    }

    @Test
    public void refuses_headers_that_lie() throws Exception {
        byte[] size = paxTar("size", "99999999999");
        refused(size, "is broken");
        refused(paxTar("size", "-1"), "is broken");
        refused(paxTar("path", "../evil"), "leads out of it");
        byte[] checksum = new TarBuilder().file("a", "1").file("b", "2").bytes();
        checksum[1024 + 5] ^= 1;
        refused(checksum, "checksum");
    }

    /** A pax header is written by hand, because no honest writer makes such ones. */
    private static byte[] paxTar(String key, String value) {
        String record = " " + key + "=" + value + "\n";
        int length = record.length() + 2;
        byte[] pax = (length + record).getBytes(StandardCharsets.UTF_8);
        return new TarBuilder().entry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, null, pax, Map.of()).file("f", "content").bytes();
    }

    @Test
    public void refuses_truncated_archives() {
        byte[] tar = new TarBuilder().file("f", "x".repeat(5000)).bytes();
        refused(Arrays.copyOf(tar, 2048), "is broken");
        Random random = new Random(5);
        byte[] noise = new byte[200_000];
        random.nextBytes(noise);
        byte[] large = new TarBuilder().entry("f", TarConstants.LF_NORMAL, null, noise, Map.of()).bytes();
        for (String format : List.of(CompressorStreamFactory.GZIP, CompressorStreamFactory.XZ, CompressorStreamFactory.ZSTANDARD)) {
            byte[] packed = TarBuilder.compressed(format, large);
            refused(Arrays.copyOf(packed, packed.length / 2), "is broken");
        }
    }

    @Test
    public void survives_any_damage() throws Exception {
        byte[] tar = new TarBuilder().directory("d").file("d/f", "content").symlink("l", "d").hardLink("h", "d/f")
                .file("x".repeat(150), "long").bytes();
        Random random = new Random(17);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = tar.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try (FileTree tree = open(damaged).orElse(null)) {
                if (tree != null) {
                    contents(tree);
                }
            } catch (EngineException e) {
                assertEquals(ErrorKind.TAR_EXTRACT_FAILED, e.kind());
                refused++;
            }
        }
        assertTrue("only " + refused, refused > 300);
    }

    @Test
    public void refuses_more_than_the_limits_allow() {
        byte[] tar = new TarBuilder().file("a", "x".repeat(600)).file("b", "x".repeat(600)).bytes();
        refused(tar, new ArchiveLimits(1000, 10, 10), "more than 1000 bytes");
        refused(tar, new ArchiveLimits(10_000, 1, 10), "more than 1 entries");
    }

    @Test
    public void what_is_left_out_counts_as_well() throws Exception {
        byte[] bomb = bomb(TarConstants.LF_CHR, ArchiveLimits.FREE_BYTES / 2 + (40 << 20));
        ByteArrayOutputStream three = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            three.write(bomb);
        }
        refused(three.toByteArray(), new ArchiveLimits(1L << 40, 10, 50), "more than 50 times its size");
    }

    @Test
    public void refuses_names_that_no_tree_has() {
        refused(new TarBuilder().file("x".repeat(40_000), ""), "40000 characters");
        refused(new TarBuilder().file("d/".repeat(300) + "f", ""), "more than 255 parts");
        refused(new TarBuilder().symlink("l", "d/".repeat(20_000)), "40000 characters");
    }

    @Test
    public void directories_that_an_entry_implies_count_as_entries() {
        byte[] tar = new TarBuilder().file("1/2/3/4/5", "").file("6/7/8/9/10", "").bytes();
        refused(tar, new ArchiveLimits(1000, 9, 10), "more than 9 entries");
    }

    @Test
    public void an_entry_with_thousands_of_headers_is_broken() {
        TarBuilder tar = new TarBuilder();
        for (int i = 0; i < 20_000; i++) {
            byte[] record = "8 a=b12\n".getBytes(StandardCharsets.UTF_8);
            tar.entry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, null, record, Map.of());
        }
        refused(tar.file("f", ""), "too many headers");
    }

    @Test
    public void an_archive_that_takes_too_much_memory_is_not_taken_for_a_file() {
        byte[] xz = TarBuilder.compressed(CompressorStreamFactory.XZ, new TarBuilder().file("f", "content").bytes());
        // The header of the first block (xz file format, 3.1) says how large a dictionary its filter wants.
        int block = 12;
        int end = block + 4 * (xz[block] & 0xFF);
        xz[block + 4] = 36;
        CRC32 sum = new CRC32();
        sum.update(xz, block, end - block);
        ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) sum.getValue());
        refused(xz, "memory would be needed");
    }

    @Test
    public void refuses_bombs() throws Exception {
        byte[] bomb = bomb(TarConstants.LF_NORMAL, ArchiveLimits.FREE_BYTES + (80 << 20));
        refused(bomb, new ArchiveLimits(1L << 40, 10, 50), "more than 50 times its size");
    }

    @Test
    public void refuses_headers_that_would_fill_memory() throws Exception {
        refused(bomb(TarConstants.LF_GNUTYPE_LONGNAME, 100 << 20), "headers");
        refused(bomb(TarConstants.LF_PAX_EXTENDED_HEADER_LC, 100 << 20), "is broken");
    }

    /** One entry of zeros, compressed as it is made. */
    private static byte[] bomb(byte type, long size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            byte[] record = new byte[512];
            TarArchiveEntry entry = new TarArchiveEntry("bomb", type);
            entry.setSize(size);
            entry.writeEntryHeader(record);
            zstd.write(record);
            byte[] zeros = new byte[1 << 20];
            for (long left = size; left > 0; left -= zeros.length) {
                zstd.write(zeros);
            }
        }
        return out.toByteArray();
    }

    @Test
    public void stops_when_the_build_is_cancelled() {
        Cancellation cancelled = new Cancellation();
        cancelled.request();
        byte[] tar = new TarBuilder().file("a", "1").bytes();
        EngineException e = assertThrows(EngineException.class, () -> open(tar, ArchiveLimits.DEFAULT, cancelled));
        assertEquals(ErrorKind.CANCELLED, e.kind());
    }

    @Test
    public void reads_a_context_from_a_pipe() throws Exception {
        byte[] tar = new TarBuilder().file("Dockerfile", "FROM x").symlink("up", "../../etc/passwd").bytes();
        for (byte[] bytes : List.of(tar, TarBuilder.compressed(CompressorStreamFactory.GZIP, tar))) {
            try (FileTree tree = stream(bytes).tree()) {
                assertEquals(Map.of("Dockerfile", "FROM x", "up", "-> ../../etc/passwd"), contents(tree));
                assertFalse(FollowedLinks.find(tree, "up").isPresent());
            }
        }
    }

    @Test
    public void takes_text_from_a_pipe_for_a_dockerfile() throws Exception {
        StreamContext context = stream("FROM scratch\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("FROM scratch\n", new String(context.dockerfile(), StandardCharsets.UTF_8));
        assertEquals(Map.of(), contents(context.tree()));
    }

    @Test
    public void refuses_a_context_that_is_nothing_or_broken() {
        for (byte[] bytes : List.of(new byte[0], new byte[5 << 20],
                Arrays.copyOf(new TarBuilder().file("f", "x".repeat(5000)).bytes(), 2000), new TarBuilder().file("../f", "").bytes())) {
            EngineException e = assertThrows(EngineException.class, () -> stream(bytes));
            assertEquals(ErrorKind.CONTEXT_READ, e.kind());
            assertTrue(e.getMessage(), e.getMessage().contains("standard input"));
        }
    }

    private StreamContext stream(byte[] bytes) throws IOException {
        return StreamContext.read(new ByteArrayInputStream(bytes), directory(), ArchiveLimits.DEFAULT, new Cancellation());
    }

    private Path directory() {
        return temporary.getRoot().toPath();
    }

    private Optional<FileTree> open(byte[] content) throws IOException {
        return open(content, ArchiveLimits.DEFAULT, new Cancellation());
    }

    private Optional<FileTree> open(byte[] content, ArchiveLimits limits, Cancellation cancellation) throws IOException {
        HeredocTree tree = new HeredocTree(Map.of("thing.bin", content), Instant.EPOCH);
        return new ArchiveUnpacker(directory(), limits, cancellation).open(tree, tree.find("thing.bin").orElseThrow());
    }

    private Map<String, String> unpacked(byte[] archive) throws IOException {
        try (FileTree tree = open(archive).orElseThrow()) {
            return contents(tree);
        }
    }

    private static Map<String, String> contents(FileTree tree) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        list(tree, tree.find("").orElseThrow(), contents);
        return contents;
    }

    private static void list(FileTree tree, FileNode directory, Map<String, String> contents) throws IOException {
        for (FileNode node : tree.children(directory)) {
            switch (node.type()) {
                case DIRECTORY -> {
                    contents.put(node.path(), "directory");
                    list(tree, node, contents);
                }
                case SYMLINK -> contents.put(node.path(), "-> " + node.linkTarget());
                case FILE -> tree.read(List.of(node), (file, content) ->
                        contents.put(file.path(), new String(content.readAllBytes(), StandardCharsets.UTF_8)));
                default -> throw new IllegalStateException();
            }
        }
    }

    private void refused(TarBuilder tar, String why) {
        refused(tar.bytes(), why);
    }

    private void refused(byte[] archive, String why) {
        refused(archive, ArchiveLimits.DEFAULT, why);
    }

    private void refused(byte[] archive, ArchiveLimits limits, String why) {
        EngineException e = assertThrows(why, EngineException.class, () -> open(archive, limits, new Cancellation()));
        assertEquals(ErrorKind.TAR_EXTRACT_FAILED, e.kind());
        assertTrue(e.getMessage(), e.getMessage().startsWith("the archive thing.bin "));
        assertTrue(e.getMessage(), e.getMessage().contains(why));
    }
}
