package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** A gzip stream of a single member (RFC 1952), without name and time so that it depends on the content alone. */
final class GzipEncoding implements LayerEncoding {
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};
    /** Ends the deflate stream: a last block with fixed codes that holds nothing. */
    private static final byte[] LAST_BLOCK = {3, 0};

    private final int level;
    private final CRC32 checksum = new CRC32();
    private int lengthModulo;

    GzipEncoding(int level) {
        this.level = level;
    }

    @Override
    public String mediaType() {
        return MediaTypes.OCI_LAYER_GZIP;
    }

    /** Far more than the window of deflate, so that little is lost by starting anew. */
    @Override
    public int blockSize() {
        return 768 * 1024;
    }

    @Override
    public String name() {
        return level == 1 ? "fast deflate 2" : "zlib level " + level;
    }

    /** Level 1 is our own, which is faster than that of zlib (docs/decisions/011). */
    @Override
    public BlockCompressor compressor() {
        return level == 1 ? new FastDeflateBlocks() : new DeflateBlocks(level);
    }

    @Override
    public byte[] header() {
        return HEADER;
    }

    @Override
    public void update(byte[] block, int length) {
        checksum.update(block, 0, length);
        lengthModulo += length;
    }

    @Override
    public byte[] trailer() {
        return ByteBuffer.allocate(LAST_BLOCK.length + 8).order(ByteOrder.LITTLE_ENDIAN)
                .put(LAST_BLOCK).putInt((int) checksum.getValue()).putInt(lengthModulo).array();
    }
}
