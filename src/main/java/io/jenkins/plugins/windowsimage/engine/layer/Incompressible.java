package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Guesses from samples whether compressing a block would be wasted work: whether its bytes are spread evenly, as those of
 * archives, pictures and encrypted files are, and do not repeat.
 */
final class Incompressible {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SAMPLES = 16;
    private static final int SAMPLE = 1024;
    private static final int SMALLEST_BLOCK = SAMPLES * SAMPLE * 2;
    private static final int HASH_BITS = 12;

    private Incompressible() {}

    /** Whether the first {@code length} bytes seem to be incompressible. */
    static boolean seems(byte[] block, int length) {
        if (length < SMALLEST_BLOCK) {
            return false;
        }
        int[] histogram = new int[256];
        int[] lastSeen = new int[1 << HASH_BITS];
        int repeats = 0;
        int step = (length - SAMPLE) / (SAMPLES - 1);
        for (int sample = 0; sample < SAMPLES; sample++) {
            int start = sample * step;
            int end = start + SAMPLE;
            for (int i = start; i < end; i++) {
                histogram[block[i] & 0xFF]++;
            }
            for (int i = start; i < end - 4; i++) {
                int word = (int) INT.get(block, i);
                int slot = word * 0x9E3779B1 >>> 32 - HASH_BITS;
                int before = lastSeen[slot] - 1;
                lastSeen[slot] = i + 1;
                if (before >= 0 && (int) INT.get(block, before) == word) {
                    repeats++;
                }
            }
        }
        long total = (long) SAMPLES * SAMPLE;
        long squares = 0;
        for (int count : histogram) {
            squares += (long) count * count;
        }
        // Even bytes give total^2/256 + total; 2 % more is what a saving of about 1 % looks like.
        boolean even = squares * 256 < (total * total + total * 256) * 102 / 100;
        return even && repeats < total / 200;
    }
}
