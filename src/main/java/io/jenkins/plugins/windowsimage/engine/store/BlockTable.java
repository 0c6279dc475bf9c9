package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The known blocks of a storage root: a hash table of fixed size in one file, in which a new block takes the place of the old one
 * with the same first bits. It needs no care: an entry that is damaged, was half written or tells of a blob that is gone is as
 * good as none. Thread-safe, and safe for several processes at once.
 */
final class BlockTable implements KnownBlocks, Closeable {
    private static final int HASH = 32;
    /** Key, digest of the blob, place in it, length, checksum, and a checksum of all these. */
    private static final int ENTRY = 2 * HASH + Long.BYTES + 3 * Integer.BYTES;
    /** Blocks of some 30 GB of layers; the file has 6 MB at most. */
    private static final int ENTRIES = 1 << 16;

    private final Path file;
    private final DiskContentStore store;
    private FileChannel channel;
    private boolean closed;

    /**
     * @param file made when the first block is added
     * @param store where the blobs are
     */
    BlockTable(Path file, DiskContentStore store) {
        this.file = file;
        this.store = store;
    }

    @Override
    public int find(byte[] key, byte[] target) {
        try {
            ByteBuffer entry = ByteBuffer.allocate(ENTRY);
            if (!fill(entry, table(), place(key)) || entry.getInt(ENTRY - Integer.BYTES) != checksum(entry)
                    || !Arrays.equals(entry.array(), 0, HASH, key, 0, HASH)) {
                return ABSENT;
            }
            Digest blob = new Digest(HexFormat.of().formatHex(entry.array(), HASH, 2 * HASH));
            long offset = entry.getLong(2 * HASH);
            int length = entry.getInt(2 * HASH + Long.BYTES);
            int checksum = entry.getInt(2 * HASH + Long.BYTES + Integer.BYTES);
            return length <= target.length && store.contains(blob) && read(blob, offset, ByteBuffer.wrap(target, 0, length))
                    && checksum(target, length) == checksum ? length : ABSENT;
        } catch (IOException e) {
            return ABSENT;
        }
    }

    private boolean read(Digest blob, long offset, ByteBuffer target) throws IOException {
        try (FileChannel content = store.openFile(blob)) {
            return fill(target, content, offset);
        }
    }

    /** Whether there was enough to fill the buffer. */
    private static boolean fill(ByteBuffer buffer, FileChannel from, long position) throws IOException {
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = from.read(buffer, position + buffer.position());
        }
        return !buffer.hasRemaining();
    }

    @Override
    public void add(Digest blob, List<Block> blocks) {
        byte[] hash = HexFormat.of().parseHex(blob.hex());
        try {
            for (Block block : blocks) {
                ByteBuffer entry = ByteBuffer.allocate(ENTRY).put(block.key()).put(hash)
                        .putLong(block.offset()).putInt(block.length()).putInt(block.checksum());
                entry.putInt(checksum(entry)).flip();
                table().write(entry, place(block.key()));
            }
        } catch (IOException e) {
            // The next layer takes longer, and that is all.
        }
    }

    private static long place(byte[] key) {
        return (ByteBuffer.wrap(key).getInt() & ENTRIES - 1) * (long) ENTRY;
    }

    private static int checksum(ByteBuffer entry) {
        return checksum(entry.array(), ENTRY - Integer.BYTES);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    private synchronized FileChannel table() throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
        if (channel == null) {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        return channel;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }
}
