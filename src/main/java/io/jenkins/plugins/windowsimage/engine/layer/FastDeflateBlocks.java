package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A deflate compressor (RFC 1951) in plain Java for the fastest level: finds repetitions of four bytes or more through a hash
 * table that remembers the last two places of each hash, takes them greedily, and gives every block Huffman codes of its own or
 * stores it. Makes pieces of a stream as {@link DeflateBlocks} does. For one thread at a time.
 */
final class FastDeflateBlocks implements BlockCompressor {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int WINDOW = 32 * 1024;
    private static final int SHORTEST_MATCH = 4;
    private static final int LONGEST_MATCH = 258;
    private static final int HASH_BITS = 13;
    /** How much of the input a block stands for at most; where it changes its nature, its codes should too. */
    private static final int LARGEST_SPAN = 96 * 1024;
    private static final int MOST_SEQUENCES = 16 * 1024;
    /** A match of this length is good enough not to look for a longer one. */
    private static final int GOOD_MATCH = 16;
    /** Of the places within a match, one in so many is remembered: a little size for much time. */
    private static final int REMEMBERED_STEP = 3;
    /** Where nothing repeats, the search takes larger and larger steps. */
    private static final int SKIP_SHIFT = 6;

    /** Two places for each hash, the later one first, counted from the first byte of the first block. */
    private final int[] places = new int[2 << HASH_BITS];
    private int base = WINDOW;

    private final DynamicBlock block = new DynamicBlock(MOST_SEQUENCES + 1);

    @Override
    public int bound(int length) {
        return length + (length >>> 10) + 64;
    }

    @Override
    public int compress(byte[] input, int length, byte[] target) {
        if (base > Integer.MAX_VALUE - 2 * length - WINDOW) {
            base = WINDOW;
            Arrays.fill(places, 0);
        }
        BitOutput out = new BitOutput(target);
        int from = 0;
        while (from < length) {
            int end = findSequences(input, from, length);
            block.write(input, from, end, out);
            from = end;
        }
        // A sync flush: an empty stored block, which ends on a byte boundary.
        out.put(0, 3);
        out.align();
        out.put(0xFFFF0000L, 32);
        base += length + WINDOW;
        return out.position;
    }

    /** Splits the next span of the input into literals and matches, and returns where it ends. */
    private int findSequences(byte[] input, int from, int length) {
        int[] table = places;
        int offset = base;
        DynamicBlock target = block;
        target.begin();
        int spanEnd = Math.min(length, from + LARGEST_SPAN);
        int searchEnd = Math.min(spanEnd, length - 12);
        int literalStart = from;
        int position = from;
        int misses = 0;
        while (position < searchEnd) {
            int word = (int) INT.get(input, position);
            int slot = (word * 0x9E3779B1 >>> 32 - HASH_BITS) << 1;
            int later = table[slot] - offset;
            int earlier = table[slot + 1] - offset;
            table[slot] = position + offset;
            table[slot + 1] = later + offset;
            int oldest = Math.max(0, position - WINDOW);
            int best = 0;
            int bestPlace = 0;
            if (later >= oldest && (int) INT.get(input, later) == word) {
                best = matchLength(input, later, position, spanEnd);
                bestPlace = later;
            }
            if (best < GOOD_MATCH && earlier >= oldest && (int) INT.get(input, earlier) == word) {
                int other = matchLength(input, earlier, position, spanEnd);
                if (other > best) {
                    best = other;
                    bestPlace = earlier;
                }
            }
            if (best < SHORTEST_MATCH) {
                position += 1 + (misses++ >>> SKIP_SHIFT);
                continue;
            }
            misses = 0;
            target.match(position - literalStart, best, position - bestPlace);
            int end = position + best;
            insert(input, position + 1, Math.min(end, searchEnd));
            position = end;
            literalStart = end;
            if (target.isFull()) {
                return end;
            }
        }
        target.literals(spanEnd - literalStart);
        return spanEnd;
    }

    /** Remembers places within a match, so that later ones find them. */
    private void insert(byte[] input, int start, int end) {
        for (int i = start; i < end; i += REMEMBERED_STEP) {
            int slot = ((int) INT.get(input, i) * 0x9E3779B1 >>> 32 - HASH_BITS) << 1;
            places[slot + 1] = places[slot];
            places[slot] = i + base;
        }
    }

    private static int matchLength(byte[] input, int earlier, int position, int end) {
        int limit = Math.min(LONGEST_MATCH, end - position);
        int length = SHORTEST_MATCH;
        while (length + 8 <= limit) {
            long difference = (long) LONG.get(input, earlier + length) ^ (long) LONG.get(input, position + length);
            if (difference != 0) {
                return length + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
            length += 8;
        }
        while (length < limit && input[earlier + length] == input[position + length]) {
            length++;
        }
        return Math.min(length, limit);
    }

    @Override
    public void close() {}
}
