package io.jenkins.plugins.windowsimage.engine.layer;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Compressors of layers, block by block in one thread; an operation is a MB (1,000,000 bytes) of input. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CompressionBenchmark {
    private static final int MEGABYTES = 8;
    private static final int BLOCK = 512 * 1024;

    /** What compresses. */
    public enum Compressor {
        OURS(FastDeflateBlocks::new),
        ZLIB_1(() -> new DeflateBlocks(1)),
        ZLIB_6(() -> new DeflateBlocks(6));

        private final Supplier<BlockCompressor> made;

        Compressor(Supplier<BlockCompressor> made) {
            this.made = made;
        }
    }

    /** What is compressed. */
    public enum Data {
        /** Words among which a little noise stands, as cli/bench/compare has them. */
        TEXT_AND_NOISE {
            @Override
            byte[] bytes() {
                Random random = new Random(1);
                byte[][] words = new byte[2000][];
                for (int i = 0; i < words.length; i++) {
                    StringBuilder word = new StringBuilder();
                    random.ints(3 + i % 9, 'a', 'z' + 1).forEach(word::appendCodePoint);
                    words[i] = word.append(' ').toString().getBytes(StandardCharsets.US_ASCII);
                }
                byte[] bytes = new byte[MEGABYTES * 1_000_000];
                int at = 0;
                while (at < bytes.length) {
                    boolean noise = random.nextInt(20_000) == 0;
                    byte[] part = noise ? new byte[8192] : words[random.nextInt(words.length)];
                    if (noise) {
                        random.nextBytes(part);
                    }
                    int length = Math.min(part.length, bytes.length - at);
                    System.arraycopy(part, 0, bytes, at, length);
                    at += length;
                }
                return bytes;
            }
        },
        /** The classes of this Java: program code, names and tables. */
        JAVA_CLASSES {
            @Override
            byte[] bytes() throws IOException {
                byte[] bytes = new byte[MEGABYTES * 1_000_000];
                try (InputStream modules = Files.newInputStream(Path.of(System.getProperty("java.home"), "lib", "modules"))) {
                    new DataInputStream(modules).readFully(bytes);
                }
                return bytes;
            }
        },
        /** What is compressed or encrypted already. */
        NOISE {
            @Override
            byte[] bytes() {
                byte[] bytes = new byte[MEGABYTES * 1_000_000];
                new Random(2).nextBytes(bytes);
                return bytes;
            }
        };

        abstract byte[] bytes() throws IOException;
    }

    @Param
    public Compressor compressor;

    @Param
    public Data data;

    private byte[][] blocks;
    private BlockCompressor blockCompressor;
    private byte[] target;
    private long size;

    @Setup
    public void cutIntoBlocks() throws IOException {
        byte[] bytes = data.bytes();
        blocks = new byte[(bytes.length + BLOCK - 1) / BLOCK][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = Arrays.copyOfRange(bytes, i * BLOCK, Math.min(bytes.length, (i + 1) * BLOCK));
        }
        blockCompressor = compressor.made.get();
        target = new byte[blockCompressor.bound(BLOCK)];
    }

    @Benchmark
    @OperationsPerInvocation(MEGABYTES)
    public long compress() {
        size = 0;
        for (byte[] block : blocks) {
            size += blockCompressor.compress(block, block.length, target);
        }
        return size;
    }

    @TearDown
    public void tellSize() {
        blockCompressor.close();
        System.out.printf("%n%s leaves %.2f %% of %s%n", compressor, 100.0 * size / MEGABYTES / 1_000_000, data);
    }
}
