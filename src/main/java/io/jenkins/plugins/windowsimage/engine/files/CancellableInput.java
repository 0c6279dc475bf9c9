package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads a stream whose reads nothing can end, such as standard input, so that a cancellation ends the wait. A thread of its own
 * reads ahead; a cancelled wait leaves it behind, and it ends with the stream or with the process. The stream is never closed. For
 * one thread.
 */
public final class CancellableInput extends InputStream {
    private static final int PIECE = 1 << 16;
    private static final int PIECES_AHEAD = 4;
    private static final Piece NOTHING = new Piece(new byte[0], null);

    private final Cancellation cancellation;
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES_AHEAD);
    private final Cancellation.Registration registration;
    private Piece piece = NOTHING;
    private int position;

    /**
     * What was read.
     *
     * @param bytes null at the end
     * @param failure what reading ended with; null for none
     */
    private record Piece(byte[] bytes, IOException failure) {}

    /** Begins to read the stream. */
    public CancellableInput(InputStream in, Cancellation cancellation) {
        this.cancellation = cancellation;
        this.registration = cancellation.onRequest(this::wake);
        Thread reader = new Thread(() -> readAll(in), "standard input");
        reader.setDaemon(true);
        reader.start();
    }

    /** Ends a wait. Somebody waits only while there is no piece; else the next one to be taken shows the cancellation. */
    private void wake() {
        boolean woken = false;
        while (!woken && pieces.isEmpty()) {
            woken = pieces.offer(NOTHING);
        }
    }

    private void readAll(InputStream in) {
        try {
            try {
                byte[] buffer = new byte[PIECE];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    pieces.put(new Piece(Arrays.copyOf(buffer, count), null));
                }
                pieces.put(new Piece(null, null));
            } catch (IOException e) {
                pieces.put(new Piece(null, e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind CANCELLED once the stop was requested */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (piece.bytes() != null && position == piece.bytes().length) {
            take();
        }
        if (piece.failure() != null) {
            throw piece.failure();
        }
        if (piece.bytes() == null) {
            return -1;
        }
        int count = Math.min(length, piece.bytes().length - position);
        System.arraycopy(piece.bytes(), position, target, offset, count);
        position += count;
        return count;
    }

    private void take() throws IOException {
        cancellation.check();
        try {
            piece = pieces.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        position = 0;
        cancellation.check();
    }

    @Override
    public void close() {
        registration.close();
    }
}
