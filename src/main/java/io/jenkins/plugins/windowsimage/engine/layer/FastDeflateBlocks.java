package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A deflate compressor (RFC 1951) in plain Java for the fastest level: finds repetitions of four bytes or more through a hash
 * table that remembers the last place of each hash, takes them greedily, and gives every block Huffman codes of its own or
 * stores it. Makes pieces of a stream as {@link DeflateBlocks} does. For one thread at a time.
 */
final class FastDeflateBlocks implements BlockCompressor {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int WINDOW = 32 * 1024;
    private static final int SHORTEST_MATCH = Integer.BYTES;
    private static final int LONGEST_MATCH = 258;
    private static final int HASH_BITS = 16;
    private static final int HASH_FACTOR = 0x9E3779B1;
    /** How much of the input a block stands for at most; where it changes its nature, its codes should too. */
    private static final int LARGEST_SPAN = 96 * 1024;
    private static final int MOST_SEQUENCES = 16 * 1024;
    /** So many bytes at the end of the input are not searched, for searching reads ahead. */
    private static final int UNSEARCHED = SHORTEST_MATCH + Long.BYTES;
    /** Where nothing repeats, the search takes larger and larger steps: one byte more after every 64 in vain. */
    private static final int STEP_SHIFT = 6;

    /** The lower 16 bits of the last place of each hash. What is not true any more does no harm, as every match is looked at. */
    private final char[] places = new char[1 << HASH_BITS];
    private final DynamicBlock block = new DynamicBlock(MOST_SEQUENCES + 1);

    @Override
    public int bound(int length) {
        return length + (length >>> 10) + 64;
    }

    @Override
    public int compress(byte[] input, int length, byte[] target) {
        if (Incompressible.seems(input, length)) {
            return DeflateBlocks.store(input, length, target);
        }
        // The outcome must not depend on what was compressed before.
        Arrays.fill(places, (char) 0);
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
        return out.position;
    }

    /** Splits the next span of the input into literals and matches, and returns where it ends. */
    private int findSequences(byte[] input, int from, int length) {
        char[] table = places;
        DynamicBlock target = block;
        target.begin();
        int spanEnd = Math.min(length, from + LARGEST_SPAN);
        int searchEnd = Math.min(spanEnd - SHORTEST_MATCH, length - UNSEARCHED);
        int matchesEnd = Math.min(spanEnd, length - Long.BYTES);
        int literalStart = from;
        int position = from;
        int step = 1 << STEP_SHIFT;
        while (position < searchEnd) {
            int word = (int) INT.get(input, position);
            int slot = slot(word);
            int distance = position - table[slot] & 0xFFFF;
            table[slot] = (char) position;
            if (distance == 0 || distance > Math.min(position, WINDOW) || (int) INT.get(input, position - distance) != word) {
                position += step++ >>> STEP_SHIFT;
                continue;
            }
            step = 1 << STEP_SHIFT;
            int end = matchEnd(input, position, distance, Math.min(position + LONGEST_MATCH, matchesEnd));
            target.match(position - literalStart, end - position, distance);
            if (end < searchEnd) {
                // Some places of the match are enough, and always as many are faster than a loop.
                remember(input, position + 1, table);
                remember(input, position + 2, table);
                remember(input, end - 3, table);
                remember(input, end - 1, table);
            }
            position = end;
            literalStart = end;
            if (target.isFull()) {
                return end;
            }
        }
        target.literals(spanEnd - literalStart);
        return spanEnd;
    }

    private static void remember(byte[] input, int place, char[] table) {
        table[slot((int) INT.get(input, place))] = (char) place;
    }

    private static int slot(int word) {
        return word * HASH_FACTOR >>> Integer.SIZE - HASH_BITS;
    }

    /** How far what stands at a position is the same as what stands before it at this distance; the first four bytes are. */
    private static int matchEnd(byte[] input, int position, int distance, int limit) {
        for (int at = position + SHORTEST_MATCH; at < limit; at += Long.BYTES) {
            long difference = (long) LONG.get(input, at - distance) ^ (long) LONG.get(input, at);
            if (difference != 0) {
                return Math.min(limit, at + (Long.numberOfTrailingZeros(difference) >>> 3));
            }
        }
        return limit;
    }

    @Override
    public void close() {}
}
