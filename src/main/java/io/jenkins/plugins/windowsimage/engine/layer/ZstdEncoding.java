package io.jenkins.plugins.windowsimage.engine.layer;

import com.github.luben.zstd.util.ZstdVersion;
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
        return 3 * 1024 * 1024;
    }

    @Override
    public String name() {
        return "zstd " + ZstdVersion.VERSION + " level " + level;
    }

    @Override
    public BlockCompressor compressor() {
        return new ZstdBlocks(level);
    }
}
