package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.github.luben.zstd.Zstd;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.After;
import org.junit.Test;

public class LayerReaderTest {
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Cancellation cancellation = new Cancellation();

    @After
    public void endWorkers() {
        workers.shutdownNow();
    }

    @Test
    public void what_the_writer_writes_the_reader_reads() throws IOException {
        LayerTimes times = new LayerTimes(Instant.parse("2026-01-01T00:00:00.1234567Z"), Instant.ofEpochSecond(5),
                Instant.ofEpochSecond(6, 700), Instant.ofEpochSecond(-1, 5));
        TreeMap<String, byte[]> attributes = new TreeMap<>();
        attributes.put("LXATTRB", new byte[] {7});
        List<LayerEntry> entries = List.of(
                LayerEntry.directory("Files", SecurityDescriptor.forDirectory(), times),
                new LayerEntry("Files/a", LayerEntry.Type.FILE, 3, null, 0x2020, SecurityDescriptor.forFile(), times, attributes),
                LayerEntry.alternateStream("Files/a", "s", 3, times),
                LayerEntry.symlink("Files/l", "C:/\u00FC", true, SecurityDescriptor.forFile(), times),
                new LayerEntry("Files/j", LayerEntry.Type.JUNCTION, 0, "C:\\x", 0x410, null, times, new TreeMap<>()),
                LayerEntry.hardLink("Files/h", "Files/a"),
                LayerEntry.whiteout("Files/w"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LayerTarWriter writer = new LayerTarWriter(out, null);
        for (LayerEntry entry : entries) {
            writer.write(entry, new ByteArrayInputStream(new byte[] {'x', 'y', 'z'}, 0, (int) entry.size()));
        }
        writer.finish();
        try (LayerReader reader = reader(out.toByteArray(), TarLayout.WINDOWS)) {
            for (LayerEntry expected : entries) {
                LayerEntry read = reader.next();
                assertEquals(expected.name(), read.name());
                assertEquals(expected.type(), read.type());
                assertEquals(expected.size(), read.size());
                assertEquals(expected.linkTarget(), read.linkTarget());
                if (expected.type() != LayerEntry.Type.HARD_LINK && expected.type() != LayerEntry.Type.WHITEOUT) {
                    assertEquals(expected.attributes(), read.attributes());
                    assertEquals(expected.security(), read.security());
                    assertEquals(expected.times(), read.times());
                    assertEquals(expected.extendedAttributes().keySet(), read.extendedAttributes().keySet());
                }
                if (read.hasContent()) {
                    assertEquals("xyz", new String(reader.content().readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            assertEquals(null, reader.next());
        }
    }

    @Test
    public void the_first_bytes_tell_the_compression_and_the_diff_id_is_that_of_the_tar() throws IOException {
        byte[] tar = new TarBytes().file("Files/a", "x".repeat(700_000)).file("Files/b", "y").toBytes();
        byte[] twoFrames = concat(Zstd.compress(Arrays.copyOf(tar, 1000)), Zstd.compress(Arrays.copyOfRange(tar, 1000, tar.length)));
        for (byte[] blob : List.of(tar, TarBytes.gzip(tar), twoFrames)) {
            try (LayerInputStream in = open(blob, ReadLimits.DEFAULT)) {
                assertEquals(Digest.of(tar), in.diffId());
            }
            try (LayerInputStream in = open(blob, ReadLimits.DEFAULT)) {
                assertArrayEquals(tar, in.readAllBytes());
            }
        }
        try (LayerInputStream in = open(new byte[0], ReadLimits.DEFAULT)) {
            assertEquals(-1, in.read());
        }
    }

    @Test
    public void old_text_descriptors_are_read() throws IOException {
        byte[] tar = new TarBytes().record("Files/a", "MSWINDOWS.sd", "O:BAG:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)").toBytes();
        try (LayerReader reader = reader(tar, TarLayout.WINDOWS)) {
            assertEquals(SecurityDescriptor.forFile(), reader.next().security());
        }
    }

    @Test
    public void devices_and_pipes_are_left_out_and_plain_markers_understood() throws IOException {
        byte[] tar = new TarBytes().entry("dev", (byte) '3').entry("pipe", (byte) '6').directory("./etc")
                .file("etc/.wh..wh..opq", "").file("etc/.wh.old", "").file(".wh..wh.plnk", "").file("/etc/a:b\\c", "1").toBytes();
        assertEquals(List.of("DIRECTORY etc", "OPAQUE_DIRECTORY etc", "WHITEOUT etc/old", "FILE etc/a:b\\c"),
                names(tar, TarLayout.PLAIN));
    }

    @Test
    public void names_that_climb_end_the_reading() throws IOException {
        for (String name : List.of("../a", "Files/../../a", "Files/..", "a//b", "Files/a/./b")) {
            for (TarLayout layout : TarLayout.values()) {
                refuses(new TarBytes().file(name, "x").toBytes(), layout, "not safe");
            }
        }
        refuses(new TarBytes().file("Files/..\\..\\a", "x").toBytes(), TarLayout.WINDOWS, "not safe");
        refuses(new TarBytes().hardLink("Files/a", "../../etc/passwd").toBytes(), TarLayout.PLAIN, "not safe");
        refuses(new TarBytes().file("Files/.wh...", "").toBytes(), TarLayout.WINDOWS, "no name");
        refuses(new TarBytes().file("Files/.wh.", "").toBytes(), TarLayout.WINDOWS, "no name");
        refuses(withRecord("path", "Files/" + "d/".repeat(20_000) + "a"), TarLayout.PLAIN, "characters");
    }

    @Test
    public void records_that_lie_end_the_reading() throws IOException {
        refuses(withRecord("size", "99999999"), TarLayout.WINDOWS, "damaged");
        refuses(withRecord("size", "-5"), TarLayout.WINDOWS, "damaged");
        refuses(withRecord("size", "x"), TarLayout.WINDOWS, "damaged");
        refuses(withRecord("path", "../x"), TarLayout.WINDOWS, "not safe");
        refuses(withRecord("mtime", "never"), TarLayout.WINDOWS, "damaged");
        refuses(new TarBytes().record("Files/a", "MSWINDOWS.fileattr", "many").toBytes(), TarLayout.WINDOWS, "attributes");
        refuses(new TarBytes().record("Files/a", "MSWINDOWS.rawsd", "!!").toBytes(), TarLayout.WINDOWS, "security");
        refuses(new TarBytes().record("Files/a", "MSWINDOWS.rawsd", "AAAA").toBytes(), TarLayout.WINDOWS, "security");
        refuses(new TarBytes().record("Files/a", "MSWINDOWS.sd", "O:??").toBytes(), TarLayout.WINDOWS, "security");
        refuses(new TarBytes().record("Files/a", "MSWINDOWS.xattr.A", "*").toBytes(), TarLayout.WINDOWS, "extended");
        refuses(new TarBytes().record("Files/a", "junk", "j".repeat(2 << 20)).toBytes(), TarLayout.WINDOWS, "headers");
    }

    /** A tar of one empty file with a record that any writer would refuse. */
    private static byte[] withRecord(String key, String value) {
        TarHeader header = new TarHeader();
        header.begin();
        header.record(key, value);
        header.end('0', "Files/a", 0, 0, null, null);
        return Arrays.copyOf(header.bytes(), header.length() + 1024);
    }

    @Test
    public void truncated_layers_end_with_an_error() throws IOException {
        byte[] tar = new TarBytes().file("Files/a", "x".repeat(100_000)).file("Files/b", "y".repeat(100_000)).toBytes();
        byte[] gzip = TarBytes.gzip(tar);
        refuses(Arrays.copyOf(gzip, gzip.length - 20), TarLayout.WINDOWS, "cannot be decompressed");
        refuses(Arrays.copyOf(tar, 50_000), TarLayout.WINDOWS, "damaged");
        refuses(Arrays.copyOf(tar, 102_000), TarLayout.WINDOWS, "damaged");
    }

    @Test
    public void limits_end_the_reading() throws IOException {
        TarBytes many = new TarBytes();
        for (int i = 0; i < 50; i++) {
            many.file("Files/" + i, "");
        }
        byte[] tar = many.toBytes();
        EngineException entries = assertThrows(EngineException.class,
                () -> names(tar, TarLayout.WINDOWS, new ReadLimits(1 << 20, 49, 10)));
        assertTrue(entries.getMessage(), entries.getMessage().contains("more than 49 entries"));
        EngineException length = assertThrows(EngineException.class,
                () -> names(tar, TarLayout.WINDOWS, new ReadLimits(1000, 100, 10)));
        assertTrue(length.getMessage(), length.getMessage().contains("longer than 1000 bytes"));
    }

    @Test
    public void a_blob_that_expands_beyond_measure_is_not_read_to_its_end() throws IOException {
        byte[] frame = Zstd.compress(new byte[32 << 20]);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        for (int i = 0; i < 64; i++) {
            bomb.write(frame);
        }
        try (LayerInputStream in = open(bomb.toByteArray(), ReadLimits.DEFAULT)) {
            EngineException refusal = assertThrows(EngineException.class, in::diffId);
            assertTrue(refusal.getMessage(), refusal.getMessage().contains("times its length"));
        }
    }

    @Test
    public void cancellation_ends_the_reading() throws IOException {
        try (LayerInputStream in = open(TarBytes.gzip(new byte[10_000_000]), ReadLimits.DEFAULT)) {
            cancellation.request();
            EngineException cancelled = assertThrows(EngineException.class, in::diffId);
            assertEquals(ErrorKind.CANCELLED, cancelled.kind());
        }
    }

    @Test
    public void paths_of_hundreds_of_parts_are_refused() throws IOException {
        refuses(new TarBytes().file("Files/" + "d/".repeat(300) + "f", "").toBytes(), TarLayout.WINDOWS, "more than 256 parts");
    }

    @Test
    public void an_entry_with_thousands_of_headers_is_damage() throws IOException {
        TarBytes tar = new TarBytes();
        for (int i = 0; i < 20_000; i++) {
            tar.entry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        }
        refuses(tar.file("Files/f", "").toBytes(), TarLayout.WINDOWS, "headers");
    }

    @Test
    public void damaged_layers_give_entries_or_one_clear_error() throws IOException {
        byte[] good = new TarBytes().directory("Files").file("Files/a", "hello").symlink("Files/l", "a").hardLink("Files/h", "Files/a")
                .record("Files/r", "MSWINDOWS.fileattr", "32").file("Files/" + "n".repeat(150), "x").toBytes();
        Random random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = good.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                LayerIndexBuilder builder = new LayerIndexBuilder("layer", TarLayout.WINDOWS);
                try (LayerReader reader = reader(damaged, TarLayout.WINDOWS)) {
                    for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
                        builder.add(entry, reader.contentOffset());
                    }
                }
                builder.build();
            } catch (EngineException e) {
                assertEquals(ErrorKind.TAR_EXTRACT_FAILED, e.kind());
                refused++;
            }
        }
        assertTrue("refused " + refused, refused > 100);
    }

    private void refuses(byte[] blob, TarLayout layout, String why) {
        EngineException refusal = assertThrows(EngineException.class, () -> names(blob, layout));
        assertEquals(ErrorKind.TAR_EXTRACT_FAILED, refusal.kind());
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(why));
        assertTrue(refusal.getMessage(), refusal.getMessage().startsWith("the layer test "));
    }

    private List<String> names(byte[] blob, TarLayout layout) throws IOException {
        return names(blob, layout, ReadLimits.DEFAULT);
    }

    private List<String> names(byte[] blob, TarLayout layout, ReadLimits limits) throws IOException {
        List<String> names = new ArrayList<>();
        try (LayerReader reader = new LayerReader(open(blob, limits), "layer test", layout, limits)) {
            for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
                names.add(entry.type() + " " + entry.name());
            }
        }
        return names;
    }

    private LayerReader reader(byte[] tar, TarLayout layout) {
        InputStream in = new ByteArrayInputStream(tar);
        return new LayerReader(in, "layer test", layout, ReadLimits.DEFAULT);
    }

    private LayerInputStream open(byte[] blob, ReadLimits limits) throws IOException {
        return new LayerInputStream(new ByteArrayInputStream(blob), "layer test", limits, workers, cancellation);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
