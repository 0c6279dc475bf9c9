package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;

/** The tar as it is. */
record PlainEncoding() implements LayerEncoding {

    @Override
    public String mediaType() {
        return MediaTypes.OCI_LAYER;
    }

    @Override
    public int blockSize() {
        return 512 * 1024;
    }

    @Override
    public String name() {
        return "none";
    }

    @Override
    public BlockCompressor compressor() {
        return new Copy();
    }

    private record Copy() implements BlockCompressor {
        @Override
        public int bound(int length) {
            return length;
        }

        @Override
        public int compress(byte[] block, int length, byte[] target) {
            System.arraycopy(block, 0, target, 0, length);
            return length;
        }

        @Override
        public void close() {}
    }
}
