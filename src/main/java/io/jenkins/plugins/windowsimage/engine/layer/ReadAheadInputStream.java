package io.jenkins.plugins.windowsimage.engine.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets another thread produce the next piece of a stream while the reader is at work on the last one. Each piece is a short task
 * of its own that waits for nothing but the stream below; the reader does it itself when no other thread has begun. For one
 * reading thread at a time.
 */
final class ReadAheadInputStream extends InputStream {
    private static final int PIECE = 256 * 1024;

    private final InputStream source;
    private final ExecutorService workers;
    private byte[] current = new byte[PIECE];
    private int position;
    private int end;
    private byte[] next = new byte[PIECE];
    private FutureTask<Integer> filling;
    private boolean closed;

    ReadAheadInputStream(InputStream source, ExecutorService workers) {
        this.source = source;
        this.workers = workers;
        fillNext();
    }

    @Override
    public int read() throws IOException {
        return advance() ? current[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int part = Math.min(length, end - position);
        System.arraycopy(current, position, bytes, offset, part);
        position += part;
        return part;
    }

    @Override
    public long skip(long count) throws IOException {
        long left = count;
        while (left > 0 && advance()) {
            int part = (int) Math.min(left, end - position);
            position += part;
            left -= part;
        }
        return count - left;
    }

    /** Makes sure that there is something to read; false at the end of the stream. */
    private boolean advance() throws IOException {
        if (position < end) {
            return true;
        }
        if (filling == null) {
            return false;
        }
        int filled = await();
        filling = null;
        if (filled == 0) {
            return false;
        }
        byte[] empty = current;
        current = next;
        next = empty;
        position = 0;
        end = filled;
        fillNext();
        return true;
    }

    private void fillNext() {
        byte[] target = next;
        filling = new FutureTask<>(() -> source.readNBytes(target, 0, target.length));
        try {
            workers.execute(filling);
        } catch (RejectedExecutionException e) {
            // The reader will do it when it needs it.
        }
    }

    private int await() throws IOException {
        filling.run();
        try {
            return filling.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException e) {
            filling = null;
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    /** Closes the stream below, once no other thread reads it any more. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (filling != null) {
                await();
            }
        } catch (IOException | RuntimeException e) {
            // Whatever is wrong with the rest of the stream, nobody wants it.
        } finally {
            source.close();
        }
    }
}
