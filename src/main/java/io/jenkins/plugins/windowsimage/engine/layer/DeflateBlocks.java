package io.jenkins.plugins.windowsimage.engine.layer;

import java.util.zip.Deflater;

/**
 * Makes a piece of a raw deflate stream (RFC 1951) of each block. Every piece ends on a byte boundary by a sync flush, so that
 * the pieces put one after the other are one stream, which still needs an end.
 */
final class DeflateBlocks implements BlockCompressor {
    private static final int LARGEST_STORED = 0xFFFF;

    private final Deflater deflater;

    /** Compresses at a level of zlib, 1 to 9. */
    DeflateBlocks(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public int bound(int length) {
        return length + (length >>> 10) + 64;
    }

    @Override
    public int compress(byte[] block, int length, byte[] target) {
        if (Incompressible.seems(block, length)) {
            return store(block, length, target);
        }
        deflater.reset();
        deflater.setInput(block, 0, length);
        int written = deflater.deflate(target, 0, target.length, Deflater.SYNC_FLUSH);
        // The flush is complete only if there was room left behind it.
        return written < target.length && written < length ? written : store(block, length, target);
    }

    /** Stored blocks (RFC 1951, 3.2.4): a byte with no bits set, the length and its complement, the bytes. */
    static int store(byte[] block, int length, byte[] target) {
        int at = 0;
        for (int from = 0; from < length; from += LARGEST_STORED) {
            int part = Math.min(LARGEST_STORED, length - from);
            target[at] = 0;
            target[at + 1] = (byte) part;
            target[at + 2] = (byte) (part >>> 8);
            target[at + 3] = (byte) ~part;
            target[at + 4] = (byte) (~part >>> 8);
            System.arraycopy(block, from, target, at + 5, part);
            at += 5 + part;
        }
        return at;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
