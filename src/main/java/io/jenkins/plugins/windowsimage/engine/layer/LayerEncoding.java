package io.jenkins.plugins.windowsimage.engine.layer;

import java.util.function.Consumer;

/** One layer's compressed form: blocks compressed on their own, with something before and behind them. */
interface LayerEncoding {
    byte[] NOTHING = {};

    /**
     * The encoding for this compression.
     *
     * @param warnings takes a sentence when zstd is wanted and its native library cannot be loaded: gzip takes its place
     */
    static LayerEncoding of(LayerCompression compression, Consumer<String> warnings) {
        switch (compression.type()) {
            case NONE:
                return new PlainEncoding();
            case ZSTD:
                String missing = ZstdBlocks.missing();
                if (missing == null) {
                    return new ZstdEncoding(compression.level());
                }
                warnings.accept("zstd cannot be used on this machine, the layer is compressed with gzip instead: " + missing);
                return new GzipEncoding(LayerCompression.DEFAULT.level());
            default:
                return new GzipEncoding(compression.level());
        }
    }

    /** The OCI media type of the layer. */
    String mediaType();

    /** How many bytes of the tar make a block at most; see {@link BlockCut}. */
    int blockSize();

    /** Tells this encoding from every other one that makes other blocks of the same bytes; to be changed with it. */
    String name();

    /** A new compressor for blocks of this encoding. */
    BlockCompressor compressor();

    /** What stands before the first block. */
    default byte[] header() {
        return NOTHING;
    }

    /** Sees every block of the tar once, in order. */
    default void update(byte[] block, int length) {}

    /** What stands behind the last block. */
    default byte[] trailer() {
        return NOTHING;
    }
}
