package io.jenkins.plugins.windowsimage.engine.files;

import java.util.Arrays;

/**
 * Numbers by path, where paths are told apart as NTFS does: without regard to case. Keeps 16 bytes of hash for each
 * path instead of the path, so that a million of them take about 40 MB; that two different paths are taken for one is
 * as good as impossible. For one thread at a time.
 */
public final class PathMap {
    /** What {@link #get} answers for a path that is not there. */
    public static final int ABSENT = -1;

    private static final long FIRST_FACTOR = 0x9E3779B97F4A7C15L;
    private static final long SECOND_FACTOR = 0xC2B2AE3D27D4EB4FL;
    private static final int SMALLEST = 256;

    /** Pairs of hashes, beside the value of each pair. */
    private long[] hashes = new long[2 * SMALLEST];
    private int[] values = newValues(SMALLEST);
    private int count;

    /** Hashes of the path last asked for. */
    private long first;
    private long second;

    /**
     * Sets the number of a path.
     *
     * @param value 0 or more
     * @return the one before, or {@link #ABSENT}
     */
    public int put(CharSequence path, int value) {
        hash(path, path.length());
        int place = find(first, second);
        int before = values[place];
        values[place] = value;
        if (before == ABSENT) {
            hashes[2 * place] = first;
            hashes[2 * place + 1] = second;
            count++;
            if (count * 2 > values.length) {
                grow();
            }
        }
        return before;
    }

    /** The number of the path that the first {@code length} characters make, or {@link #ABSENT}. */
    public int get(CharSequence path, int length) {
        hash(path, length);
        return values[find(first, second)];
    }

    private void hash(CharSequence path, int length) {
        long a = length;
        long b = ~length;
        for (int i = 0; i < length; i++) {
            char c = CaseFolding.fold(path.charAt(i));
            a = (a ^ c) * FIRST_FACTOR;
            a ^= a >>> 29;
            b = Long.rotateLeft(b + c * SECOND_FACTOR, 23) * FIRST_FACTOR;
        }
        first = mix(a);
        second = mix(b);
    }

    private int find(long wantedFirst, long wantedSecond) {
        int mask = values.length - 1;
        int place = (int) wantedFirst & mask;
        while (values[place] != ABSENT
                && (hashes[2 * place] != wantedFirst || hashes[2 * place + 1] != wantedSecond)) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldValues = values;
        hashes = new long[oldHashes.length * 2];
        values = newValues(oldValues.length * 2);
        for (int i = 0; i < oldValues.length; i++) {
            if (oldValues[i] != ABSENT) {
                int place = find(oldHashes[2 * i], oldHashes[2 * i + 1]);
                hashes[2 * place] = oldHashes[2 * i];
                hashes[2 * place + 1] = oldHashes[2 * i + 1];
                values[place] = oldValues[i];
            }
        }
    }

    private static int[] newValues(int length) {
        int[] values = new int[length];
        Arrays.fill(values, ABSENT);
        return values;
    }

    /** The finaliser of MurmurHash3, which spreads every bit over all others. */
    private static long mix(long hash) {
        long h = hash;
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }
}
