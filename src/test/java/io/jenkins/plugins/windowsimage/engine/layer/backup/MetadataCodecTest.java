package io.jenkins.plugins.windowsimage.engine.layer.backup;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.layer.LayerTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.Test;

public class MetadataCodecTest {

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    // ---- extended attributes

    @Test
    public void extended_attributes_have_the_bytes_that_windows_defines() throws Exception {
        SortedMap<String, byte[]> attributes = new TreeMap<>();
        attributes.put("AB", new byte[] {1, 2, 3});
        attributes.put("C", new byte[0]);
        byte[] list = ExtendedAttributes.encode(attributes);
        assertArrayEquals(hex("10000000 00 02 0300 4142 00 010203 0000 00000000 00 01 0000 43 00"), list);
        assertEquals(attributes.keySet(), ExtendedAttributes.decode(list).keySet());
        assertArrayEquals(new byte[] {1, 2, 3}, ExtendedAttributes.decode(list).get("AB"));
    }

    @Test
    public void extended_attributes_come_back_as_they_were() throws Exception {
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            SortedMap<String, byte[]> attributes = new TreeMap<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte[] value = new byte[random.nextInt(300)];
                random.nextBytes(value);
                attributes.put("$KERNEL." + random.nextInt(1000), value);
            }
            SortedMap<String, byte[]> again = ExtendedAttributes.decode(ExtendedAttributes.encode(attributes));
            assertEquals(attributes.keySet(), again.keySet());
            attributes.forEach((name, value) -> assertArrayEquals(value, again.get(name)));
        }
    }

    @Test
    public void damaged_extended_attributes_are_refused() {
        for (String list : new String[] {
            "00000000 00 01 0000",
            "00000000 00 00 0000 00 00",
            "00000000 00 01 ffff 43 00",
            "08000000 00 01 0000 43 00",
            "ffffffff 00 01 0000 43 00",
            "0c000000 00 01 0000 43 00 0000 00000000",
        }) {
            assertThrows(list, MalformedBackupException.class, () -> ExtendedAttributes.decode(hex(list)));
        }
        SortedMap<String, byte[]> tooMuch = new TreeMap<>();
        tooMuch.put("A", new byte[65_535]);
        tooMuch.put("B", new byte[65_535]);
        tooMuch.put("C", new byte[65_535]);
        assertThrows(MalformedBackupException.class, () -> ExtendedAttributes.encode(tooMuch));
        assertThrows(MalformedBackupException.class,
                () -> ExtendedAttributes.encode(new TreeMap<>(java.util.Map.of("é\u4e2d", new byte[1]))));
        assertThrows(MalformedBackupException.class,
                () -> ExtendedAttributes.encode(new TreeMap<>(java.util.Map.of("", new byte[1]))));
    }

    @Test
    public void random_extended_attributes_end() {
        Random random = new Random(6);
        for (int round = 0; round < 50_000; round++) {
            byte[] list = new byte[random.nextInt(64)];
            random.nextBytes(list);
            if (list.length > 8) {
                Arrays.fill(list, 1, 4, (byte) 0);
                list[7] = 0;
            }
            try {
                ExtendedAttributes.decode(list);
            } catch (MalformedBackupException e) {
                assertTrue(e.getMessage(), e.getMessage().contains("extended attribute"));
            }
        }
    }

    // ---- reparse points

    private record Names(String substitute, String print, int flags) {}

    private static Names names(byte[] buffer, boolean junction) {
        ByteBuffer fields = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
        int names = junction ? 16 : 20;
        assertEquals(buffer.length - 8, fields.getShort(4));
        return new Names(
                new String(buffer, names + fields.getShort(8), fields.getShort(10), StandardCharsets.UTF_16LE),
                new String(buffer, names + fields.getShort(12), fields.getShort(14), StandardCharsets.UTF_16LE),
                junction ? -1 : fields.getInt(16));
    }

    private static void encodes(String target, String substitute, int flags) throws Exception {
        ReparsePoint link = new ReparsePoint(false, target);
        assertEquals(new Names(substitute, target, flags), names(link.encode(), false));
        assertEquals(Optional.of(link), ReparsePoint.decode(link.encode()));
        ReparsePoint junction = new ReparsePoint(true, target);
        assertEquals(new Names(substitute, target, -1), names(junction.encode(), true));
        assertEquals(Optional.of(junction), ReparsePoint.decode(junction.encode()));
    }

    @Test
    public void targets_become_names_of_the_object_manager() throws Exception {
        encodes("C:\\dir", "\\??\\C:\\dir", 0);
        encodes("\\\\server\\share\\x", "\\??\\UNC\\server\\share\\x", 0);
        encodes("\\\\?\\Volume{1-2}\\", "\\??\\Volume{1-2}\\", 0);
        encodes("\\??\\C:\\dir", "\\??\\C:\\dir", 0);
        encodes("..\\up\\file", "..\\up\\file", 1);
        encodes("\\rooted", "\\rooted", 1);
        encodes("plain", "plain", 1);
    }

    @Test
    public void a_relative_link_has_the_bytes_that_windows_defines() throws Exception {
        assertArrayEquals(
                hex("0c0000a0 1400 0000 0000 0200 0400 0200 01000000 6100 0000 6100 0000"),
                new ReparsePoint(false, "a").encode());
    }

    @Test
    public void the_substitute_name_stands_in_for_a_missing_print_name() throws Exception {
        shownAs("\\??\\C:\\dir", "C:\\dir");
        shownAs("\\??\\UNC\\s\\x", "\\\\s\\x");
        shownAs("\\??\\Volume{1}\\", "\\\\?\\Volume{1}\\");
        shownAs("relative", "relative");
    }

    private static void shownAs(String substitute, String target) throws Exception {
        byte[] name = substitute.getBytes(StandardCharsets.UTF_16LE);
        byte[] buffer = ByteBuffer.allocate(16 + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xA0000003)
                .putShort((short) (8 + name.length))
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) name.length)
                .putShort((short) name.length)
                .putShort((short) 0)
                .put(name)
                .array();
        assertEquals(Optional.of(new ReparsePoint(true, target)), ReparsePoint.decode(buffer));
    }

    @Test
    public void other_reparse_points_are_told_apart() throws Exception {
        assertEquals(Optional.empty(), ReparsePoint.decode(hex("1b000080 0000 0000")));
        assertEquals(0x8000001B, ReparsePoint.tag(hex("1b000080 0000 0000")));
    }

    @Test
    public void damaged_reparse_points_are_refused() {
        for (String buffer : new String[] {
            "0c0000a0",
            "0c0000a0 0000 0000",
            "0c0000a0 ffff 0000 0000 0200 0400 0200 01000000 6100 0000 6100 0000",
            "0c0000a0 1400 0000 0000 0200 0500 0600 01000000 6100 0000 6100 0000",
            "0c0000a0 1400 0000 0000 0200 0400 0300 01000000 6100 0000 6100 0000",
            "030000a0 0800 0000 ffff ffff 0000 0000",
        }) {
            assertThrows(buffer, MalformedBackupException.class, () -> ReparsePoint.decode(hex(buffer)));
        }
        assertThrows(MalformedBackupException.class, () -> new ReparsePoint(false, "").encode());
        assertThrows(MalformedBackupException.class, () -> new ReparsePoint(false, "a\0b").encode());
        assertThrows(MalformedBackupException.class, () -> new ReparsePoint(false, "a".repeat(5000)).encode());
    }

    // ---- times

    @Test
    public void times_count_from_1601_in_tenths_of_microseconds() {
        assertEquals(116_444_736_000_000_000L, BasicInfo.ticks(Instant.EPOCH));
        assertEquals(116_444_736_000_000_001L, BasicInfo.ticks(Instant.ofEpochSecond(0, 199)));
        assertEquals(1, BasicInfo.ticks(Instant.parse("1601-01-01T00:00:00.000000100Z")));
        assertEquals(Instant.parse("2024-05-06T07:08:09.1234567Z"),
                BasicInfo.instant(BasicInfo.ticks(Instant.parse("2024-05-06T07:08:09.123456789Z"))));
        assertEquals(Instant.parse("1969-12-31T23:59:59.9999999Z"), BasicInfo.instant(116_444_735_999_999_999L));
    }

    @Test
    public void absent_times_leave_alone_what_is_there() {
        assertEquals(new BasicInfo(0, 0, 0, 0, 32), BasicInfo.of(LayerTimes.UNKNOWN, 32));
        assertEquals(LayerTimes.UNKNOWN, new BasicInfo(0, 0, 0, -1, 32).times());
        assertEquals(0, BasicInfo.ticks(Instant.parse("1600-12-31T00:00:00Z")));
        assertEquals(0, BasicInfo.ticks(Instant.MIN));
        assertEquals(0, BasicInfo.ticks(Instant.MAX));
        assertNull(BasicInfo.instant(0));
    }
}
