package io.jenkins.plugins.windowsimage.engine.layer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Compares the compressors on a file, block by block in one thread: {@code java -cp ... CompressionBenchmark FILE [ROUNDS]}. Not
 * a test; prints MB for each second of CPU time and the share of the size that is left, for each round.
 */
public final class CompressionBenchmark {
    private static final int BLOCK = 512 * 1024;

    private CompressionBenchmark() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        byte[] input = Files.readAllBytes(Path.of(args[0]));
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        for (int round = 0; round < rounds; round++) {
            measure("zlib 1", input, () -> new DeflateBlocks(1));
            measure("fast", input, FastDeflateBlocks::new);
        }
    }

    private static void measure(String name, byte[] input, Supplier<BlockCompressor> compressors) {
        long size = 0;
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (BlockCompressor compressor = compressors.get()) {
            byte[] target = new byte[compressor.bound(BLOCK)];
            for (int from = 0; from < input.length; from += BLOCK) {
                byte[] block = Arrays.copyOfRange(input, from, Math.min(input.length, from + BLOCK));
                size += compressor.compress(block, block.length, target);
            }
        }
        double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        System.out.printf("%-8s %6.1f MB/cpu-s  %6.3f %%%n", name, input.length / 1e6 / seconds, 100.0 * size / input.length);
    }
}
