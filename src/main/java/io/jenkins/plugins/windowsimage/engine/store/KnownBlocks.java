package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.util.List;

/**
 * Finds compressed blocks of layers in the blobs of earlier layers, so that what did not change from one layer to the next need
 * not be compressed again. Only ever saves time: what is not found is compressed. Thread-safe.
 */
public interface KnownBlocks {
    /** Knows nothing. */
    KnownBlocks NONE = new KnownBlocks() {
        @Override
        public int find(byte[] key, byte[] target) {
            return ABSENT;
        }

        @Override
        public void add(Digest blob, List<Block> blocks) {}
    };

    /** What {@link #find} answers for a block that is not known. */
    int ABSENT = -1;

    /**
     * A compressed block.
     *
     * @param key a SHA-256 of what was compressed and of how, 32 bytes
     * @param offset where the block begins in its blob
     * @param length of the compressed block in bytes
     * @param checksum CRC-32 of the compressed block
     */
    record Block(byte[] key, long offset, int length, int checksum) {}

    /**
     * Puts a compressed block into an array, if it is known, still there and undamaged.
     *
     * @param key see {@link Block#key()}
     * @param target overwritten also when the block turns out to be damaged
     * @return the length of the compressed block, or {@link #ABSENT}
     */
    int find(byte[] key, byte[] target);

    /** Remembers the blocks of a blob, in place of others if need be. */
    void add(Digest blob, List<Block> blocks);
}
