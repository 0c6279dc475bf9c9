package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;

/** A zstd stream (RFC 8878) of many frames. */
record ZstdEncoding(int level) implements LayerEncoding {

    @Override
    public String mediaType() {
        return MediaTypes.OCI_LAYER_ZSTD;
    }

    /** Large enough that little is lost by starting anew, small enough that memory stays small. */
    @Override
    public int blockSize() {
        return 2 * 1024 * 1024;
    }

    @Override
    public BlockCompressor compressor() {
        return new ZstdBlocks(level);
    }
}
