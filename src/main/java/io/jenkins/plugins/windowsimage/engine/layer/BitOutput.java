package io.jenkins.plugins.windowsimage.engine.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes bits into a byte array, lowest first, as deflate has them. Eight bytes behind the end must be free. */
final class BitOutput {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private int position;
    private long buffer;
    private int count;

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

    /** Bits so far. */
    long length() {
        return position * 8L + count;
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

    /** Number of whole bytes. */
    int position() {
        return position;
    }
}
