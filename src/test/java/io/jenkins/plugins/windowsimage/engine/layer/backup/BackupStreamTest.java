package io.jenkins.plugins.windowsimage.engine.layer.backup;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class BackupStreamTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BackupStreamWriter writer = new BackupStreamWriter(bytes);

    private static BackupStreamReader read(byte[] backup) {
        return new BackupStreamReader(new ByteArrayInputStream(backup));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    public void a_file_has_the_bytes_that_windows_defines() throws IOException {
        writer.write(StreamType.SECURITY, new byte[] {1, 2});
        writer.begin(BackupStream.of(StreamType.DATA, 3));
        writer.write("abc".getBytes(StandardCharsets.US_ASCII));
        writer.begin(BackupStream.alternate("s", 1));
        writer.write('x');
        writer.finish();
        assertArrayEquals(
                hex("03000000 02000000 0200000000000000 00000000 0102"
                        + "01000000 00000000 0300000000000000 00000000 616263"
                        + "04000000 00000000 0100000000000000 10000000 3a00 7300 3a00 2400 4400 4100 5400 4100 78"),
                bytes.toByteArray());
    }

    @Test
    public void a_sparse_block_begins_with_its_offset() throws IOException {
        writer.begin(BackupStream.sparseBlock(0x123456789AL, 1));
        writer.write(7);
        assertArrayEquals(hex("09000000 08000000 0900000000000000 00000000 9a78563412000000 07"), bytes.toByteArray());
        BackupStreamReader reader = read(bytes.toByteArray());
        assertEquals(BackupStream.sparseBlock(0x123456789AL, 1), reader.next());
        assertEquals(7, reader.read());
        assertEquals(-1, reader.read());
        assertNull(reader.next());
    }

    @Test
    public void what_is_not_read_is_skipped() throws IOException {
        for (StreamType type : StreamType.values()) {
            if (type != StreamType.SPARSE_BLOCK) {
                writer.write(type, new byte[100]);
            }
        }
        BackupStreamReader reader = read(bytes.toByteArray());
        List<StreamType> types = new ArrayList<>();
        for (BackupStream stream = reader.next(); stream != null; stream = reader.next()) {
            types.add(stream.type());
            reader.readNBytes(types.size());
        }
        assertEquals(10, types.size());
    }

    @Test
    public void sizes_have_64_bits() throws IOException {
        long size = 20L << 30;
        byte[] header = hex("01000000 00000000 0000000005000000 00000000");
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                java.util.Arrays.fill(target, offset, offset + length, (byte) 0);
                return length;
            }

            @Override
            public long skip(long count) {
                return count;
            }
        };
        BackupStreamReader reader =
                new BackupStreamReader(new java.io.SequenceInputStream(new ByteArrayInputStream(header), endless));
        assertEquals(size, reader.next().size());
        assertThrows(MalformedBackupException.class, reader::next);
        assertEquals(size + 40, reader.position());
    }

    @Test
    public void malformed_headers_are_refused() {
        refused("00000000 00000000 0000000000000000 00000000", "unknown id 0");
        refused("0c000000 00000000 0000000000000000 00000000", "unknown id 12");
        refused("ffffffff 00000000 0000000000000000 00000000", "unknown id 4294967295");
        refused("01000000 00000000 ffffffffffffffff 00000000", "size -1");
        refused("04000000 00000000 0000000000000000 03000000 3a0061", "name of 3 bytes");
        refused("04000000 00000000 0000000000000000 feffffff", "name of -2 bytes");
        refused("04000000 00000000 0000000000000000 00000070", "name of 1879048192 bytes");
        refused("04000000 00000000 0000000000000000 04000000 3a00", "cut off");
        refused("09000000 08000000 0700000000000000 00000000 00000000000000", "without an offset");
        refused("09000000 08000000 0800000000000000 00000000 ffffffffffffffff", "sparse block at -1");
        refused("09000000 08000000 0900000000000000 00000000 ffffffffffffff7f 00", "sparse block at");
        refused("01000000 00000000 05", "cut off after byte 0");
        refused("01000000 00000000 0500000000000000 00000000 616263", "cut off");
    }

    private static void refused(String hex, String reason) {
        MalformedBackupException e = assertThrows(hex, MalformedBackupException.class, () -> {
            BackupStreamReader reader = read(hex(hex));
            while (reader.next() != null) {
                reader.readAllBytes();
            }
        });
        assertTrue(e.getMessage(), e.getMessage().contains(reason));
    }

    @Test
    public void content_longer_than_windows_makes_is_not_read_into_memory() throws IOException {
        BackupStreamReader reader = read(hex("08000000 00000000 ffffffffffffff7f 00000000"));
        reader.next();
        assertThrows(MalformedBackupException.class, () -> reader.readContent(ReparsePoint.MOST_BYTES));
    }

    @Test
    public void a_writer_keeps_to_its_headers() throws IOException {
        writer.begin(BackupStream.of(StreamType.DATA, 2));
        writer.write(1);
        assertThrows(IllegalStateException.class, writer::finish);
        assertThrows(IllegalStateException.class, () -> writer.write(new byte[2]));
        assertThrows(IllegalStateException.class, () -> writer.begin(BackupStream.of(StreamType.DATA, 0)));
    }

    @Test
    public void names_of_streams_are_stripped_of_their_type() {
        assertEquals("Zone.Identifier", BackupStream.alternateName(":Zone.Identifier:$DATA"));
        assertEquals("a", BackupStream.alternateName(":a"));
        assertNull(BackupStream.alternateName(":$I30:$INDEX_ALLOCATION"));
        assertNull(BackupStream.alternateName("::$DATA"));
        assertNull(BackupStream.alternateName("a:$DATA"));
        assertNull(BackupStream.alternateName(":a/../b:$DATA"));
        assertNull(BackupStream.alternateName(""));
    }

    @Test
    public void streams_of_any_kind_come_back_as_they_were() throws IOException {
        Random random = new Random(20260301);
        for (int round = 0; round < 200; round++) {
            bytes.reset();
            List<BackupStream> streams = new ArrayList<>();
            List<byte[]> contents = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                StreamType type = StreamType.values()[random.nextInt(StreamType.values().length)];
                byte[] content = new byte[random.nextInt(3) * random.nextInt(70_000)];
                random.nextBytes(content);
                String name = type == StreamType.ALTERNATE_DATA ? ":n\ud800" + random.nextInt() + ":$DATA" : "";
                long offset = type == StreamType.SPARSE_BLOCK ? random.nextLong() >>> 2 : 0;
                streams.add(new BackupStream(type, random.nextInt(16), content.length, name.replace('\ud800', 'é'),
                        offset));
                contents.add(content);
                writer.begin(streams.get(streams.size() - 1));
                writer.write(content);
            }
            BackupStreamReader reader = read(bytes.toByteArray());
            for (int i = 0; i < streams.size(); i++) {
                assertEquals(streams.get(i), reader.next());
                assertArrayEquals(contents.get(i), reader.readAllBytes());
            }
            assertNull(reader.next());
        }
    }

    @Test
    public void damaged_bytes_never_do_more_than_be_refused() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = new byte[random.nextInt(100)];
            random.nextBytes(damaged);
            for (int i = 0; i + 20 < damaged.length && random.nextBoolean(); i += 20) {
                damaged[i] = (byte) random.nextInt(12);
                damaged[i + 1] = damaged[i + 2] = damaged[i + 3] = 0;
                java.util.Arrays.fill(damaged, i + 9, i + 20, (byte) 0);
            }
            try {
                BackupStreamReader reader = read(damaged);
                while (reader.next() != null) {
                    reader.readAllBytes();
                }
            } catch (MalformedBackupException e) {
                assertTrue(e.getMessage(), e.getMessage().contains("backup stream"));
            }
        }
    }
}
