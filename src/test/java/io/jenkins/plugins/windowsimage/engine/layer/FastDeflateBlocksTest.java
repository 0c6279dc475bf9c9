package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Formatter;
import java.util.HashMap;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.commons.compress.compressors.deflate64.Deflate64CompressorInputStream;
import org.junit.Test;

public class FastDeflateBlocksTest {
    private static final int LARGEST = 512 * 1024;

    private final FastDeflateBlocks compressor = new FastDeflateBlocks();
    private final byte[] target = new byte[compressor.bound(LARGEST)];

    @Test
    public void random_inputs_of_every_nature_come_back() throws DataFormatException {
        Random random = new Random(42);
        for (int round = 0; round < 600; round++) {
            byte[] input = input(random, random.nextInt(4) == 0 ? random.nextInt(LARGEST) : random.nextInt(5000));
            check(input, "round " + round);
        }
    }

    @Test
    public void the_outcome_does_not_depend_on_what_was_compressed_before() {
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            byte[] input = input(random, random.nextInt(LARGEST));
            byte[] fresh = new byte[target.length];
            int length = new FastDeflateBlocks().compress(input, input.length, fresh);
            assertEquals(length, compressor.compress(input, input.length, target));
            assertArrayEquals(Arrays.copyOf(fresh, length), Arrays.copyOf(target, length));
        }
    }

    @Test
    public void every_short_length_comes_back() throws DataFormatException {
        Random random = new Random(1);
        for (int length = 0; length < 600; length++) {
            check(new byte[length], "zeros " + length);
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            check(noise, "noise " + length);
        }
    }

    @Test
    public void every_match_length_and_distance_class_comes_back() throws DataFormatException {
        Random random = new Random(2);
        for (int distance = 1; distance <= 33_000; distance += 1 + distance / 7) {
            byte[] noise = new byte[distance];
            random.nextBytes(noise);
            for (int length = 3; length <= 520; length += 1 + length / 5) {
                byte[] input = Arrays.copyOf(noise, distance + length + 20);
                for (int i = distance; i < distance + length; i++) {
                    input[i] = input[i - distance];
                }
                check(input, "distance " + distance + ", length " + length);
            }
        }
    }

    @Test
    public void frequencies_that_ask_for_codes_longer_than_allowed_come_back() throws DataFormatException {
        byte[] input = new byte[LARGEST];
        int at = 0;
        long often = 1;
        long before = 1;
        for (int symbol = 0; at < input.length; symbol++) {
            for (long i = 0; i < often && at < input.length; i++) {
                input[at++] = (byte) symbol;
            }
            long next = often + before;
            before = often;
            often = next;
        }
        // Shuffled, so that nothing repeats and the literals alone make the code.
        Random random = new Random(3);
        for (int i = input.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            byte swapped = input[i];
            input[i] = input[j];
            input[j] = swapped;
        }
        check(input, "fibonacci");
    }

    @Test
    public void a_huffman_code_is_complete_and_keeps_its_limit() {
        Random random = new Random(4);
        for (int round = 0; round < 500; round++) {
            HuffmanCode code = new HuffmanCode(19, 7);
            for (int symbol = 0; symbol < 19; symbol++) {
                code.frequencies[symbol] = random.nextInt(3) == 0 ? 0 : 1 << random.nextInt(20);
            }
            code.build();
            int room = 0;
            for (int symbol = 0; symbol < 19; symbol++) {
                assertTrue(code.lengths[symbol] <= 7);
                assertTrue(code.frequencies[symbol] == 0 || code.lengths[symbol] > 0);
                room += code.lengths[symbol] == 0 ? 0 : 1 << 7 - code.lengths[symbol];
            }
            assertEquals(1 << 7, room);
        }
    }

    @Test
    public void noise_is_stored_and_zeros_nearly_vanish() {
        byte[] noise = new byte[LARGEST];
        new Random(5).nextBytes(noise);
        assertTrue(compressor.compress(noise, LARGEST, target) < LARGEST + LARGEST / 1000);
        assertTrue(compressor.compress(new byte[LARGEST], LARGEST, target) < LARGEST / 200);
    }

    @Test
    public void it_is_no_larger_than_the_fastest_zlib_on_classes_and_on_text() throws IOException {
        ByteArrayOutputStream classes = new ByteArrayOutputStream();
        for (Class<?> type : new Class<?>[] {String.class, HashMap.class, ForkJoinPool.class,
                Pattern.class, Formatter.class, BigInteger.class}) {
            String name = type.getName();
            classes.write(type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class").readAllBytes());
        }
        StringBuilder text = new StringBuilder();
        Path sources = Path.of(System.getProperty("project.root"), "src/main/java/io/jenkins/plugins/windowsimage/engine");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().limit(60).toList()) {
                text.append(Files.readString(file));
            }
        }
        for (byte[] input : new byte[][] {classes.toByteArray(), text.toString().getBytes(StandardCharsets.UTF_8)}) {
            int length = Math.min(LARGEST, input.length);
            try (DeflateBlocks zlib = new DeflateBlocks(1)) {
                int theirs = zlib.compress(input, length, new byte[zlib.bound(length)]);
                int ours = compressor.compress(input, length, target);
                assertTrue(ours + " against " + theirs + " bytes", ours <= theirs);
            }
        }
    }

    @Test
    public void gzip_itself_and_a_third_decoder_agree() throws Exception {
        Path gzip = Path.of("/usr/bin/gzip");
        assumeTrue("gzip is not installed", Files.isExecutable(gzip));
        Random random = new Random(6);
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        GzipEncoding encoding = new GzipEncoding(1);
        blob.write(encoding.header());
        for (int i = 0; i < 12; i++) {
            byte[] input = input(random, 1 + random.nextInt(LARGEST));
            blob.write(target, 0, compressor.compress(input, input.length, target));
            encoding.update(input, input.length);
            raw.write(input);
        }
        blob.write(encoding.trailer());
        Process test = new ProcessBuilder(gzip.toString(), "-t").redirectErrorStream(true).start();
        try (OutputStream in = test.getOutputStream()) {
            blob.writeTo(in);
        }
        assertEquals("", new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, test.waitFor());
        byte[] pieces = Arrays.copyOfRange(blob.toByteArray(), encoding.header().length, blob.size());
        // A decoder in Java; deflate64 differs in length 258 alone, which an input without long repetitions does not have.
        byte[] noise = new byte[5000];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) ("the quick brown fox".charAt(random.nextInt(19)));
        }
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        one.write(target, 0, compressor.compress(noise, noise.length, target));
        one.write(new byte[] {3, 0});
        try (Deflate64CompressorInputStream in = new Deflate64CompressorInputStream(new ByteArrayInputStream(one.toByteArray()))) {
            assertArrayEquals(noise, in.readAllBytes());
        }
        assertTrue(pieces.length < raw.size());
    }

    private void check(byte[] input, String what) throws DataFormatException {
        int length = compressor.compress(input, input.length, target);
        assertTrue(what, length <= compressor.bound(input.length));
        byte[] stream = Arrays.copyOf(target, length + 2);
        stream[length] = 3;
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(stream);
            byte[] output = new byte[input.length + 1];
            int inflated = 0;
            while (!inflater.finished()) {
                int part = inflater.inflate(output, inflated, output.length - inflated);
                assertTrue(what, part > 0 || inflater.finished());
                inflated += part;
            }
            assertEquals(what, input.length, inflated);
            assertArrayEquals(what, input, Arrays.copyOf(output, input.length));
            assertEquals(what, 0, inflater.getRemaining());
        } finally {
            inflater.end();
        }
    }

    /** Noise of few or many symbols, repetitions near and far, runs, and mixtures of them. */
    private static byte[] input(Random random, int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int end = Math.min(length, at + 1 + random.nextInt(random.nextBoolean() ? 300 : 30_000));
            int nature = random.nextInt(5);
            int symbols = 1 + random.nextInt(256);
            int distance = 1 + random.nextInt(at == 0 ? 1 : Math.min(at, 40_000));
            byte run = (byte) random.nextInt();
            for (int i = at; i < end; i++) {
                bytes[i] = switch (nature) {
                    case 0 -> (byte) random.nextInt();
                    case 1 -> (byte) random.nextInt(symbols);
                    case 2 -> run;
                    case 3 -> i >= distance ? bytes[i - distance] : 0;
                    default -> i >= distance && random.nextInt(12) != 0 ? bytes[i - distance] : (byte) random.nextInt(symbols);
                };
            }
            at = end;
        }
        return bytes;
    }
}
