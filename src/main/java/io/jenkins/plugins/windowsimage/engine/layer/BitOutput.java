package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes bits into a byte array, lowest first, as deflate has them. Eight bytes behind the end must be free. */
final class BitOutput {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] bytes;
    /** Where the next whole byte goes. */
    int position;
    /** Bits that make no whole byte yet. */
    long buffer;
    /** How many these are, fewer than 8. */
    int count;

    BitOutput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Adds up to 56 bits; the others of {@code bits} must be 0. */
    void put(long bits, int length) {
        buffer |= bits << count;
        count += length;
        LONG.set(bytes, position, buffer);
        position += count >>> 3;
        buffer >>>= count & ~7;
        count &= 7;
    }

    /** Fills the last byte with zeros. */
    void align() {
        put(0, -count & 7);
    }

    /** Adds whole bytes after {@link #align()}. */
    void put(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, position, length);
        position += length;
    }
}
