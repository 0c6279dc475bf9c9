package io.jenkins.plugins.windowsimage.engine.files;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Digests by key in few bytes: some 60 for each entry, and growing copies none of them. Remembers which entries were put or
 * asked for. For one thread at a time.
 */
final class DigestTable {
    /** The first bytes of a cryptographic hash. */
    static final int KEY_BYTES = 16;
    static final int ENTRY_BYTES = KEY_BYTES + 32;

    private static final int LONGS = ENTRY_BYTES / Long.BYTES;
    private static final int SMALLEST = 64;
    private static final int FREE = -1;

    /** Of each entry two words of key and four of digest. */
    private final LongRows rows = new LongRows(LONGS);
    private final BitSet used = new BitSet();
    /** Rows by key, a hash table with open addressing. */
    private int[] slots = free(SMALLEST);

    int size() {
        return rows.count();
    }

    /** How many entries were put or asked for, without those that were only read from a file. */
    int usedSize() {
        return used.cardinality();
    }

    /** The 32 bytes of the digest; null if there is none. */
    byte[] get(ByteBuffer key) {
        int row = slots[slot(key.getLong(0), key.getLong(Long.BYTES))];
        if (row == FREE) {
            return null;
        }
        used.set(row);
        ByteBuffer digest = ByteBuffer.allocate(ENTRY_BYTES - KEY_BYTES);
        for (int i = 2; i < LONGS; i++) {
            digest.putLong(rows.get(row, i));
        }
        return digest.array();
    }

    void put(ByteBuffer key, byte[] digest) {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        entry.put(0, key, 0, KEY_BYTES);
        entry.put(KEY_BYTES, digest);
        used.set(put(entry));
    }

    private int put(ByteBuffer entry) {
        int slot = slot(entry.getLong(0), entry.getLong(Long.BYTES));
        if (slots[slot] == FREE) {
            slots[slot] = rows.add();
        }
        int row = slots[slot];
        for (int i = 0; i < LONGS; i++) {
            rows.set(row, i, entry.getLong(i * Long.BYTES));
        }
        if (rows.count() * 2 > slots.length) {
            slots = free(slots.length * 2);
            for (int each = 0; each < rows.count(); each++) {
                slots[slot(rows.get(each, 0), rows.get(each, 1))] = each;
            }
        }
        return row;
    }

    private int slot(long first, long second) {
        int slot = (int) first & slots.length - 1;
        while (slots[slot] != FREE && (rows.get(slots[slot], 0) != first || rows.get(slots[slot], 1) != second)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private static int[] free(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, FREE);
        return slots;
    }

    /** Adds entries as {@link #write} wrote them. */
    void read(DataInputStream in, int entries) throws IOException {
        byte[] entry = new byte[ENTRY_BYTES];
        for (int i = 0; i < entries; i++) {
            in.readFully(entry);
            put(ByteBuffer.wrap(entry));
        }
    }

    /** Writes all entries, or only the used ones. */
    void write(DataOutputStream out, boolean onlyUsed) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        for (int row = 0; row < rows.count(); row++) {
            if (!onlyUsed || used.get(row)) {
                for (int i = 0; i < LONGS; i++) {
                    entry.putLong(i * Long.BYTES, rows.get(row, i));
                }
                out.write(entry.array());
            }
        }
    }
}
