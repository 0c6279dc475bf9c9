package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.store.KnownBlocks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Takes the bytes of a layer tar and puts the compressed layer into a content store, in one pass and constant memory: cuts the
 * tar into blocks, has other threads compress them or find them in earlier layers, meanwhile computes the diff id, and writes the
 * outcomes in order. The blob depends on the tar and the compression alone, not on the number of threads or on what is found.
 *
 * <p>Nothing is in the store before {@link #finish()}; closing without it discards everything. For one thread at a time.
 */
public final class LayerBlobWriter extends OutputStream {
    private static final int MOST_WORKERS = 8;
    /** Bytes of a block that are compressed faster than they are looked up. */
    private static final int QUICKLY_COMPRESSED = 32 * 1024;

    private final LayerEncoding encoding;
    private final ExecutorService workers;
    private final Cancellation cancellation;
    private final BlobWriter blob;
    private final MessageDigest diffId = Digest.start();
    private final KnownBlocks known;
    private final List<KnownBlocks.Block> written = new ArrayList<>();

    private final List<Block> blocks = new ArrayList<>();
    private final Deque<Block> free;
    private final Deque<Block> busy = new ArrayDeque<>();
    private Block current;
    private long tarLength;
    private boolean closed;

    /**
     * Begins a layer.
     *
     * @param store where the layer goes
     * @param compression how it is compressed; gzip takes the place of zstd on a machine that lacks the native library
     * @param workers compress blocks, each in a short task that waits for nothing; shared by as many writers as wished and not
     *     shut down here. The writing thread does what they find no time for
     * @param cancellation asked between blocks
     * @param warnings takes a sentence when zstd cannot be had
     */
    public LayerBlobWriter(ContentStore store, LayerCompression compression, ExecutorService workers,
            Cancellation cancellation, Consumer<String> warnings) throws IOException {
        cancellation.check();
        this.encoding = LayerEncoding.of(compression, warnings);
        this.workers = workers;
        this.cancellation = cancellation;
        // What is not compressed is copied faster than it is looked up.
        this.known = compression.type() == Compression.NONE ? KnownBlocks.NONE : store.blocks();
        this.blob = store.writer();
        int atOnce = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors()) + 2;
        for (int i = 0; i < atOnce; i++) {
            blocks.add(new Block());
        }
        this.free = new ArrayDeque<>(blocks);
        this.current = free.remove();
        try {
            writeBlob(encoding.header());
        } catch (IOException | RuntimeException e) {
            // Nobody closes what could not be made.
            close();
            throw e;
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int part = Math.min(end - from, current.input.length - current.length);
            System.arraycopy(bytes, from, current.input, current.length, part);
            current.length += part;
            from += part;
            if (current.length == current.input.length) {
                submit();
            }
        }
    }

    /** Ends the tar and puts the layer into the store. */
    public LayerBlob finish() throws IOException {
        while (current.length > 0) {
            submit();
        }
        while (!busy.isEmpty()) {
            writeOldest();
        }
        writeBlob(encoding.trailer());
        cancellation.check();
        long size = blob.position();
        Digest digest = blob.commit();
        known.add(digest, written);
        return new LayerBlob(new Descriptor(encoding.mediaType(), digest, size), Digest.of(diffId), tarLength);
    }

    /** Hands over the first block of what is there; the rest begins the next one. */
    private void submit() throws IOException {
        cancellation.check();
        Block block = current;
        int end = block.length;
        block.length = BlockCut.end(block.input, end, block.input.length);
        block.task = new FutureTask<>(block::compress);
        busy.add(block);
        workers.execute(block.task);
        diffId.update(block.input, 0, block.length);
        encoding.update(block.input, block.length);
        tarLength += block.length;
        if (free.isEmpty()) {
            writeOldest();
        }
        current = free.remove();
        current.length = end - block.length;
        System.arraycopy(block.input, block.length, current.input, 0, current.length);
    }

    private void writeOldest() throws IOException {
        Block block = busy.remove();
        free.add(block);
        int length = block.await();
        if (block.key != null) {
            written.add(new KnownBlocks.Block(block.key, blob.position(), length, block.checksum));
        }
        blob.write(block.output, 0, length);
    }

    private void writeBlob(byte[] bytes) throws IOException {
        blob.write(bytes, 0, bytes.length);
    }

    /** Discards the layer unless it was finished, and gives back the memory outside the heap. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            busy.forEach(Block::settle);
            blocks.forEach(block -> block.compressor.close());
        } finally {
            blob.close();
        }
    }

    /** A piece of the tar with all that is needed to compress it; used again and again. */
    private final class Block {
        private final BlockCompressor compressor = encoding.compressor();
        private final byte[] input = new byte[encoding.blockSize()];
        private final byte[] output = new byte[compressor.bound(input.length)];
        private final MessageDigest hash = Digest.start();
        private final CRC32 crc = new CRC32();
        private int length;
        private FutureTask<Integer> task;
        /** For {@link KnownBlocks}; null if this block is not worth it. */
        private byte[] key;
        private int checksum;

        private int compress() {
            key = null;
            if (length < QUICKLY_COMPRESSED || known == KnownBlocks.NONE) {
                return compressor.compress(input, length, output);
            }
            hash.update(encoding.name().getBytes(StandardCharsets.UTF_8));
            hash.update(input, 0, length);
            key = hash.digest();
            int found = known.find(key, output);
            int compressed = found == KnownBlocks.ABSENT ? compressor.compress(input, length, output) : found;
            crc.reset();
            crc.update(output, 0, compressed);
            checksum = (int) crc.getValue();
            return compressed;
        }

        /** Waits until no other thread is at work on the block. */
        private void settle() {
            try {
                await();
            } catch (IOException e) {
                // The layer is being discarded, and a block that failed is as good as one that did not.
            }
        }

        /** Length of the compressed block; compresses it here and now if no other thread has begun to. */
        private int await() throws IOException {
            task.run();
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return task.get();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    } catch (ExecutionException e) {
                        throw new IOException("a block of the layer cannot be compressed: " + e.getCause().getMessage(),
                                e.getCause());
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
