package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.CaseFolding;
import io.jenkins.plugins.windowsimage.engine.files.PathMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.Before;
import org.junit.Test;

public class LayerTarWriterTest {
    private static final Instant TIME = Instant.parse("2026-03-04T05:06:07.123456700Z");
    private static final LayerTimes TIMES = new LayerTimes(
            TIME, TIME.plusSeconds(1), TIME.plusSeconds(2), Instant.ofEpochSecond(-2, 500_000_000));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private LayerTarWriter tar;

    @Before
    public void begin() throws IOException {
        tar = new LayerTarWriter(out, null);
        tar.write(LayerEntry.directory("Hives", null, TIMES));
        tar.write(LayerEntry.directory("Files", null, TIMES));
    }

    @Test
    public void a_file_carries_the_records_that_windows_reads() throws IOException {
        tar.write(LayerEntry.file("Files/a.txt", 5, SecurityDescriptor.forFile(), TIMES), content("hello"));
        tar.finish();
        TarArchiveEntry file = entries().get(2);
        assertEquals("Files/a.txt", file.getName());
        assertEquals('0', file.getLinkFlag());
        assertEquals(0100000, file.getMode());
        assertEquals("32", file.getExtraPaxHeader("MSWINDOWS.fileattr"));
        assertArrayEquals(SecurityDescriptor.forFile().toBytes(),
                Base64.getDecoder().decode(file.getExtraPaxHeader("MSWINDOWS.rawsd")));
        assertEquals(TIMES.modified(), file.getLastModifiedTime().toInstant());
        assertEquals(TIMES.accessed(), file.getLastAccessTime().toInstant());
        assertEquals(TIMES.changed(), file.getStatusChangeTime().toInstant());
        assertEquals(TIMES.created(), file.getCreationTime().toInstant());
        assertEquals(0, file.getLongUserId() + file.getLongGroupId());
        assertEquals("", file.getUserName() + file.getGroupName());
    }

    @Test
    public void the_bytes_of_a_header_are_ustar() throws IOException {
        tar.finish();
        byte[] bytes = out.toByteArray();
        assertEquals('x', bytes[156]);
        byte[] hives = Arrays.copyOfRange(bytes, 1024, 1536);
        assertEquals("Hives", text(hives, 0, 100));
        assertEquals("0040000", text(hives, 100, 8));
        assertEquals("0000000", text(hives, 108, 8));
        assertEquals("00000000000", text(hives, 124, 12));
        assertEquals(Long.toOctalString(TIME.getEpochSecond()), text(hives, 136, 12));
        assertEquals('5', hives[156]);
        assertEquals("ustar", text(hives, 257, 6));
        assertEquals("00", new String(hives, 263, 2, StandardCharsets.US_ASCII));
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : hives[i] & 0xFF;
        }
        assertEquals(sum, Integer.parseInt(text(hives, 148, 7), 8));
    }

    @Test
    public void the_records_are_sorted_and_their_times_padded_to_the_right_place() throws IOException {
        tar.finish();
        String records = text(out.toByteArray(), 512, 512);
        assertEquals("32 LIBARCHIVE.creationtime=-1.5\n25 MSWINDOWS.fileattr=16\n28 atime=1772600768.1234567\n"
                + "28 ctime=1772600769.1234567\n28 mtime=1772600767.1234567\n", records);
        assertEquals("1.000000001", TarHeader.decimal(Instant.ofEpochSecond(1, 1)));
        assertEquals("-0.000000001", TarHeader.decimal(Instant.ofEpochSecond(-1, 999_999_999)));
        assertEquals("-7", TarHeader.decimal(Instant.ofEpochSecond(-7)));
    }

    @Test
    public void links_say_of_which_kind_they_are() throws IOException {
        tar.write(LayerEntry.symlink("Files/f", "a.txt", false, SecurityDescriptor.forFile(), TIMES));
        tar.write(LayerEntry.symlink("Files/d", "C:/dir", true, SecurityDescriptor.forFile(), TIMES));
        tar.write(new LayerEntry("Files/j", LayerEntry.Type.JUNCTION, 0, "C:\\dir", 0x410, null, TIMES, new TreeMap<>()));
        tar.write(LayerEntry.hardLink("Files/h", "Files/f"));
        tar.finish();
        List<TarArchiveEntry> entries = entries();
        assertEquals(Integer.toString(0x420), entries.get(2).getExtraPaxHeader("MSWINDOWS.fileattr"));
        assertEquals(0120000, entries.get(2).getMode());
        assertEquals("a.txt", entries.get(2).getLinkName());
        assertNull(entries.get(2).getExtraPaxHeader("MSWINDOWS.mountpoint"));
        assertEquals("1040", entries.get(3).getExtraPaxHeader("MSWINDOWS.fileattr"));
        assertTrue(entries.get(4).isSymbolicLink());
        assertEquals("1", entries.get(4).getExtraPaxHeader("MSWINDOWS.mountpoint"));
        assertTrue(entries.get(5).isLink());
        assertEquals(0644, entries.get(5).getMode());
        assertEquals("Files/f", entries.get(5).getLinkName());
        assertTrue(entries.get(5).getExtraPaxHeaders().isEmpty());
    }

    @Test
    public void whiteouts_are_empty_files_with_nothing_else() throws IOException {
        tar.write(LayerEntry.whiteout("Files/gone.txt"));
        tar.finish();
        TarArchiveEntry whiteout = entries().get(2);
        assertEquals("Files/.wh.gone.txt", whiteout.getName());
        assertEquals('0', whiteout.getLinkFlag());
        assertEquals(0, whiteout.getSize());
        assertTrue(whiteout.getExtraPaxHeaders().isEmpty());
    }

    @Test
    public void alternate_streams_and_extended_attributes_follow_their_file() throws IOException {
        TreeMap<String, byte[]> attributes = new TreeMap<>();
        attributes.put("$KERNEL.PURGE.ESBCACHE", new byte[] {1, 2, 3});
        tar.write(new LayerEntry("Files/a", LayerEntry.Type.FILE, 0, null, 8224, null, TIMES, attributes));
        tar.write(LayerEntry.alternateStream("Files/a", "Zone.Identifier", 3, TIMES), content("abc"));
        tar.write(LayerEntry.alternateStream("Files/a", "second", 0, TIMES));
        tar.finish();
        assertEquals("AQID", entries().get(2).getExtraPaxHeader("MSWINDOWS.xattr.$KERNEL.PURGE.ESBCACHE"));
        assertEquals("Files/a:Zone.Identifier", entries().get(3).getName());
        assertNull(entries().get(3).getExtraPaxHeader("MSWINDOWS.rawsd"));
        refuses(LayerEntry.alternateStream("Files/b", "x", 0, TIMES), "does not follow");
    }

    @Test
    public void a_fixed_time_replaces_every_time() throws IOException {
        ByteArrayOutputStream fixed = new ByteArrayOutputStream();
        LayerTarWriter writer = new LayerTarWriter(fixed, 1_000_000_000L);
        writer.write(LayerEntry.directory("Files", SecurityDescriptor.forDirectory(), TIMES));
        writer.write(LayerEntry.file("Files/a", 0, SecurityDescriptor.forFile(), LayerTimes.UNKNOWN));
        writer.write(LayerEntry.hardLink("Files/b", "Files/a"));
        writer.finish();
        for (TarArchiveEntry entry : read(fixed.toByteArray())) {
            assertEquals(1_000_000_000L, entry.getLastModifiedTime().toInstant().getEpochSecond());
            if (!entry.isLink()) {
                assertEquals(Instant.ofEpochSecond(1_000_000_000L), entry.getCreationTime().toInstant());
                assertEquals(entry.getCreationTime(), entry.getLastAccessTime());
                assertEquals(entry.getCreationTime(), entry.getStatusChangeTime());
            }
        }
    }

    @Test
    public void long_names_and_unicode_survive() throws IOException {
        List<String> names = List.of("Files/" + "x".repeat(94), "Files/" + "x".repeat(95), "Files/" + "y".repeat(255),
                "Files/\u00E4\u00F6\u00FC \u4F60\u597D \uD83D\uDE00.txt", "Files/" + "\u4F60".repeat(80));
        for (String name : names) {
            tar.write(LayerEntry.file(name, 0, null, TIMES));
        }
        tar.write(LayerEntry.hardLink("Files/link", names.get(3)));
        String target = "C:/" + "\u00FC".repeat(300);
        tar.write(LayerEntry.symlink("Files/symlink", target, false, null, TIMES));
        tar.finish();
        List<TarArchiveEntry> entries = entries();
        for (int i = 0; i < names.size(); i++) {
            assertEquals(names.get(i), entries.get(i + 2).getName());
        }
        assertEquals(names.get(3), entries.get(7).getLinkName());
        assertEquals(target, entries.get(8).getLinkName());
    }

    @Test
    public void the_length_of_a_record_counts_itself_at_every_power_of_ten() throws IOException {
        for (int length = 80; length < 110; length++) {
            TarHeader header = new TarHeader();
            header.begin();
            header.record("k", "v".repeat(length));
            header.record("k", "v".repeat(900 + length));
            String records = text(header.bytes(), 512, header.length());
            int first = Integer.parseInt(records.substring(0, records.indexOf(' ')));
            assertEquals('\n', records.charAt(first - 1));
            int second = Integer.parseInt(records.substring(first, records.indexOf(' ', first)));
            assertEquals('\n', records.charAt(first + second - 1));
            assertEquals(records.length(), first + second);
        }
    }

    @Test
    public void a_file_over_8_gib_states_its_size_in_a_record() throws IOException {
        long size = 9L << 30;
        byte[] header = headerOf(size);
        assertTrue(text(header, 512, 512).contains(" size=9663676416\n"));
        assertEquals("00000000000", text(header, header.length - 512 + 124, 12));
        assertFalse(text(headerOf((8L << 30) - 1), 512, 512).contains("size="));
        assertTrue(text(headerOf(8L << 30), 512, 512).contains(" size=8589934592\n"));
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(header))) {
            assertEquals(size, in.getNextEntry().getSize());
        }
    }

    /** What the writer puts before the content of a file of this size. */
    private static byte[] headerOf(long size) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        LayerTarWriter writer = new LayerTarWriter(target, null);
        IOException ended = assertThrows(IOException.class,
                () -> writer.write(LayerEntry.file("big", size, null, TIMES), content("")));
        assertTrue(ended.getMessage(), ended.getMessage().contains("\"big\" ended " + size + " bytes before"));
        return target.toByteArray();
    }

    @Test
    public void a_file_that_changes_its_length_while_it_is_read_is_named() {
        IOException shorter = assertThrows(IOException.class,
                () -> tar.write(LayerEntry.file("Files/a", 5, null, TIMES), content("four")));
        assertTrue(shorter.getMessage(), shorter.getMessage().contains("\"Files/a\" ended 1 bytes before its length of 5"));
        IOException longer = assertThrows(IOException.class,
                () -> tar.write(LayerEntry.file("Files/b", 3, null, TIMES), content("four")));
        assertTrue(longer.getMessage(), longer.getMessage().contains("\"Files/b\" is longer than its length of 3"));
    }

    @Test
    public void a_name_twice_is_refused_whatever_its_case() throws IOException {
        tar.write(LayerEntry.file("Files/\u00E9t\u00E9.TXT", 0, null, TIMES));
        refuses(LayerEntry.file("files/\u00C9T\u00C9.txt", 0, null, TIMES), "twice");
        refuses(LayerEntry.directory("FILES", null, TIMES), "twice");
        refuses(LayerEntry.whiteout("Files/\u00C9t\u00E9.txt"), "twice");
    }

    @Test
    public void an_entry_needs_its_directory_before_it() throws IOException {
        refuses(LayerEntry.file("Files/a/b", 0, null, TIMES), "not preceded");
        tar.write(LayerEntry.file("Files/file", 0, null, TIMES));
        refuses(LayerEntry.file("Files/file/b", 0, null, TIMES), "not preceded");
        tar.write(LayerEntry.symlink("Files/link", "C:/x", true, null, TIMES));
        refuses(LayerEntry.file("Files/link/b", 0, null, TIMES), "not preceded");
    }

    @Test
    public void names_that_climb_or_mean_something_else_are_refused() {
        for (String name : List.of("", "/", "/Files", "Files/", "Files//a", "Files/..", "Files/../a", "Files/.", "Files/a\\b",
                "Files/a:b", "Files/a\0b", "Files/\uD800", "Files/\uDC00a", "Files/a\uD83D", "Files/.wh.a",
                "Files/.wh..wh..opq", "Files/" + "z".repeat(256), "Files/" + "long/".repeat(7000) + "a")) {
            EngineException refusal = assertThrows(name, EngineException.class,
                    () -> tar.write(LayerEntry.file(name, 0, null, TIMES)));
            assertEquals(ErrorKind.LAYER_CREATE, refusal.kind());
        }
        refuses(LayerEntry.symlink("Files/l", "a\uD800", false, null, TIMES), "target");
    }

    private void refuses(LayerEntry entry, String why) {
        EngineException refusal = assertThrows(EngineException.class, () -> tar.write(entry));
        assertEquals(ErrorKind.LAYER_CREATE, refusal.kind());
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(why));
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(entry.name()));
    }

    @Test
    public void random_entries_read_back_as_they_were_written_and_give_the_same_bytes_again() throws IOException {
        byte[] first = randomTar(7);
        assertArrayEquals(first, randomTar(7));
        List<TarArchiveEntry> read = read(first);
        List<LayerEntry> expected = randomEntries(7);
        assertEquals(expected.size(), read.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).name(), read.get(i).getName().replaceAll("/$", ""));
            assertEquals(expected.get(i).size(), read.get(i).getSize());
            assertEquals(expected.get(i).times().modified(), read.get(i).getLastModifiedTime().toInstant());
        }
    }

    private static byte[] randomTar(long seed) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        LayerTarWriter writer = new LayerTarWriter(target, null);
        for (LayerEntry entry : randomEntries(seed)) {
            writer.write(entry, new ByteArrayInputStream(new byte[(int) entry.size()]));
        }
        writer.finish();
        return target.toByteArray();
    }

    private static List<LayerEntry> randomEntries(long seed) {
        Random random = new Random(seed);
        List<LayerEntry> entries = new ArrayList<>();
        List<String> directories = new ArrayList<>();
        Set<String> names = new HashSet<>();
        entries.add(LayerEntry.directory("Files", null, LayerTimes.at(TIME)));
        directories.add("Files");
        while (entries.size() < 2000) {
            String name = directories.get(random.nextInt(directories.size())) + "/" + randomName(random);
            LayerTimes times = LayerTimes.at(Instant.ofEpochSecond(random.nextLong(-1L << 33, 1L << 33),
                    random.nextInt(10_000_000) * 100L));
            if (names.add(CaseFolding.fold(name))) {
                if (random.nextInt(4) == 0) {
                    directories.add(name);
                    entries.add(LayerEntry.directory(name, SecurityDescriptor.forDirectory(), times));
                } else {
                    entries.add(LayerEntry.file(name, random.nextInt(1500), SecurityDescriptor.forFile(), times));
                }
            }
        }
        return entries;
    }

    private static String randomName(Random random) {
        int[] starts = {'a', 'A', '0', 0xE0, 0x3B1, 0x4E00, 0x1F600};
        StringBuilder name = new StringBuilder();
        int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 100 : 12);
        for (int i = 0; i < length; i++) {
            name.appendCodePoint(starts[random.nextInt(starts.length)] + random.nextInt(10));
        }
        return name.toString();
    }

    @Test
    public void a_million_names_are_told_apart_in_little_memory() throws IOException {
        LayerTarWriter writer = new LayerTarWriter(OutputStream.nullOutputStream(), null);
        PathMap names = new PathMap();
        for (int i = 0; i < 1_000_000; i++) {
            assertEquals(PathMap.ABSENT, names.put("Files/some/directory/name" + i, 0));
        }
        assertEquals(0, names.get("FILES/SOME/directory/NAME999999", 31));
        assertEquals(PathMap.ABSENT, names.get("Files/some/directory/name1000000", 32));
        writer.finish();
    }

    private List<TarArchiveEntry> entries() throws IOException {
        return read(out.toByteArray());
    }

    private static List<TarArchiveEntry> read(byte[] bytes) throws IOException {
        assertEquals(0, bytes.length % 512);
        List<TarArchiveEntry> entries = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(bytes), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < Math.min(bytes.length, offset + length) && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }
}
