package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Digests by key in few bytes: 48 for each entry and as much again for free places. For one thread at a time. */
final class DigestTable {
    /** The first bytes of a cryptographic hash. */
    static final int KEY_BYTES = 16;
    static final int ENTRY_BYTES = KEY_BYTES + 32;

    private static final int LONGS = ENTRY_BYTES / Long.BYTES;
    private static final int SMALLEST = 64;

    /** Of each entry two words of key and four of digest; a key of zeros marks a free place. */
    private long[] words = new long[SMALLEST * LONGS];
    private int count;

    int size() {
        return count;
    }

    /** Null if there is none. */
    Digest get(ByteBuffer key) {
        int place = place(key.getLong(0), key.getLong(Long.BYTES));
        if (isFree(place)) {
            return null;
        }
        ByteBuffer digest = ByteBuffer.allocate(ENTRY_BYTES - KEY_BYTES);
        for (int i = 2; i < LONGS; i++) {
            digest.putLong(words[place + i]);
        }
        return new Digest(HexFormat.of().formatHex(digest.array()));
    }

    void put(ByteBuffer key, Digest digest) {
        long[] entry = new long[LONGS];
        entry[0] = key.getLong(0);
        entry[1] = key.getLong(Long.BYTES);
        ByteBuffer.wrap(HexFormat.of().parseHex(digest.hex())).asLongBuffer().get(entry, 2, LONGS - 2);
        put(entry, 0);
    }

    private void put(long[] from, int offset) {
        int place = place(from[offset], from[offset + 1]);
        if (isFree(place)) {
            count++;
        }
        System.arraycopy(from, offset, words, place, LONGS);
        if (count * 3L * LONGS > words.length * 2L) {
            long[] old = words;
            words = new long[old.length * 2];
            count = 0;
            putAll(old);
        }
    }

    /** Takes the entries of another table that this one does not have. */
    void addAll(DigestTable other) {
        for (int i = 0; i < other.words.length; i += LONGS) {
            if (!other.isFree(i) && isFree(place(other.words[i], other.words[i + 1]))) {
                put(other.words, i);
            }
        }
    }

    private void putAll(long[] from) {
        for (int i = 0; i < from.length; i += LONGS) {
            if (from[i] != 0 || from[i + 1] != 0) {
                put(from, i);
            }
        }
    }

    private int place(long first, long second) {
        int places = words.length / LONGS;
        int place = (int) Long.remainderUnsigned(first, places);
        while (!isFree(place * LONGS) && (words[place * LONGS] != first || words[place * LONGS + 1] != second)) {
            place = place + 1 == places ? 0 : place + 1;
        }
        return place * LONGS;
    }

    private boolean isFree(int place) {
        return words[place] == 0 && words[place + 1] == 0;
    }

    /** Adds entries as {@link #write} wrote them. */
    void read(DataInputStream in, int entries) throws IOException {
        long[] entry = new long[LONGS];
        for (int i = 0; i < entries; i++) {
            for (int word = 0; word < LONGS; word++) {
                entry[word] = in.readLong();
            }
            put(entry, 0);
        }
    }

    void write(DataOutputStream out) throws IOException {
        for (int i = 0; i < words.length; i += LONGS) {
            if (!isFree(i)) {
                for (int word = 0; word < LONGS; word++) {
                    out.writeLong(words[i + word]);
                }
            }
        }
    }
}
