package io.jenkins.plugins.windowsimage.engine.files;

import java.util.Arrays;

/**
 * Numbers by path, where paths are told apart as NTFS does: without regard to case. Keeps 96 bits of hash for each path
 * instead of the path, so that a million of them take about 25 MB and growing copies none of it; that two different paths
 * are taken for one is as good as impossible. For one thread at a time.
 */
public final class PathMap {
    /** What {@link #get} answers for a path that is not there. */
    public static final int ABSENT = -1;

    private static final long FIRST_FACTOR = 0x9E3779B97F4A7C15L;
    private static final long SECOND_FACTOR = 0xC2B2AE3D27D4EB4FL;
    private static final int SMALLEST = 256;
    private static final int FIRST = 0;
    /** The upper half of the second hash, and the value. */
    private static final int SECOND_AND_VALUE = 1;
    private static final long VALUE = 0xFFFF_FFFFL;

    private final LongRows rows = new LongRows(2);
    /** Rows by hash, a hash table with open addressing; -1 where it is free. */
    private int[] slots = free(SMALLEST);

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
        int slot = find(first, second);
        int before = ABSENT;
        if (slots[slot] == ABSENT) {
            slots[slot] = rows.add();
            rows.set(slots[slot], FIRST, first);
        } else {
            before = (int) rows.get(slots[slot], SECOND_AND_VALUE);
        }
        rows.set(slots[slot], SECOND_AND_VALUE, second & ~VALUE | value);
        if (rows.count() * 2 > slots.length) {
            grow();
        }
        return before;
    }

    /** The number of the path that the first {@code length} characters make, or {@link #ABSENT}. */
    public int get(CharSequence path, int length) {
        hash(path, length);
        int row = slots[find(first, second)];
        return row == ABSENT ? ABSENT : (int) rows.get(row, SECOND_AND_VALUE);
    }

    private void hash(CharSequence path, int length) {
        long a = HashSeed.VALUE ^ length;
        long b = HashSeed.VALUE ^ ~length;
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
        int mask = slots.length - 1;
        int slot = (int) wantedFirst & mask;
        while (slots[slot] != ABSENT && (rows.get(slots[slot], FIRST) != wantedFirst
                || ((rows.get(slots[slot], SECOND_AND_VALUE) ^ wantedSecond) & ~VALUE) != 0)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        slots = free(slots.length * 2);
        for (int row = 0; row < rows.count(); row++) {
            slots[find(rows.get(row, FIRST), rows.get(row, SECOND_AND_VALUE))] = row;
        }
    }

    private static int[] free(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, ABSENT);
        return slots;
    }

    /** The finaliser of MurmurHash3, which spreads every bit over all others. */
    private static long mix(long hash) {
        long h = hash;
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }
}
