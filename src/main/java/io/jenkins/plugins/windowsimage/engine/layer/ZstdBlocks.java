package io.jenkins.plugins.windowsimage.engine.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;

/** Makes a zstd frame (RFC 8878) of each block; frames put one after the other are one zstd stream. */
final class ZstdBlocks implements BlockCompressor {
    private final ZstdCompressCtx context;

    ZstdBlocks(int level) {
        context = new ZstdCompressCtx().setLevel(level);
    }

    /**
     * Whether the native library works on this machine.
     *
     * @return null if it does, else why not
     */
    static String missing() {
        try {
            Native.load();
            return null;
        } catch (LinkageError e) {
            return e.getMessage();
        }
    }

    @Override
    public int bound(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    @Override
    public int compress(byte[] block, int length, byte[] target) {
        return context.compressByteArray(target, 0, target.length, block, 0, length);
    }

    @Override
    public void close() {
        context.close();
    }
}
