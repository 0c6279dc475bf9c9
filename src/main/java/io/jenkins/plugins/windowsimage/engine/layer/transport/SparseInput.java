package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamReader;
import io.jenkins.plugins.windowsimage.engine.layer.backup.StreamType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Content that is kept as sparse blocks, with zeros for what lies between them. */
final class SparseInput extends InputStream {
    private final BackupStreamReader blocks;
    private final long size;
    private long position;
    /** The block that is being read or comes next. */
    private long blockStart;
    private long blockEnd;

    /**
     * @param blocks stands before the first block
     * @param size of the content
     */
    SparseInput(BackupStreamReader blocks, long size) {
        this.blocks = blocks;
        this.size = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == size) {
            return -1;
        }
        if (position == blockEnd) {
            nextBlock();
        }
        int count;
        if (position < blockStart) {
            count = (int) Math.min(length, blockStart - position);
            Arrays.fill(bytes, offset, offset + count, (byte) 0);
        } else {
            count = blocks.read(bytes, offset, (int) Math.min(length, blockEnd - position));
        }
        position += count;
        return count;
    }

    private void nextBlock() throws IOException {
        BackupStream block = blocks.next();
        boolean more = block != null && block.type() == StreamType.SPARSE_BLOCK;
        blockStart = more ? block.offset() : size;
        blockEnd = more ? block.offset() + block.size() : size;
    }
}
