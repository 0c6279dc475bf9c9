package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decides where a tar is cut into blocks, by its content: a block of a third of its greatest length or more ends before the next
 * record of the tar whose hash says so. A file that comes, goes or grows changes the blocks around it and leaves the others as they
 * were, which cuts at fixed places would not.
 */
final class BlockCut {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Bytes of a record that are looked at: eight of so many. */
    private static final int STEP = 32;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private BlockCut() {}

    /**
     * Where the first block ends.
     *
     * @param tar begins with a block, on a boundary of records
     * @param length how much of the tar is there: the rest of it, or as much as the greatest block
     * @param largest length of the greatest block
     */
    static int end(byte[] tar, int length, int largest) {
        int shortest = largest / 3;
        // On average one record in as many as make a third more.
        int zeros = Integer.numberOfTrailingZeros(Integer.highestOneBit(shortest / TarHeader.BLOCK));
        for (int at = shortest; at + TarHeader.BLOCK <= length; at += TarHeader.BLOCK) {
            if (hash(tar, at) >>> Long.SIZE - zeros == 0) {
                return at;
            }
        }
        return length;
    }

    private static long hash(byte[] tar, int at) {
        long hash = 1;
        for (int i = at; i < at + TarHeader.BLOCK; i += STEP) {
            hash = (hash ^ (long) LONG.get(tar, i)) * FACTOR;
        }
        return hash;
    }
}
