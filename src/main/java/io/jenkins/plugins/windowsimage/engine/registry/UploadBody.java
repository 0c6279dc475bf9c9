package io.jenkins.plugins.windowsimage.engine.registry;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Publishes content in large pieces, one for each that the network asks for, and remembers when it last asked. */
final class UploadBody implements BodyPublisher {
    private static final int PIECE = 256 * 1024;

    private final BlobSource source;
    private final LongConsumer sent;
    private final AtomicLong lastActivity;

    /**
     * @param sent told the bytes so far; null if nobody asks
     * @param lastActivity set to {@link System#nanoTime()} whenever the network takes a piece
     */
    UploadBody(BlobSource source, LongConsumer sent, AtomicLong lastActivity) {
        this.source = source;
        this.sent = sent;
        this.lastActivity = lastActivity;
    }

    @Override
    public long contentLength() {
        return source.length();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Pieces(subscriber));
    }

    private final class Pieces implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private volatile ReadableByteChannel channel;
        private long position;
        private long demand;
        private boolean emitting;
        private boolean done;

        Pieces(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                demand += count;
                if (emitting || done) {
                    return;
                }
                emitting = true;
            }
            while (takeDemand()) {
                emit();
            }
        }

        private synchronized boolean takeDemand() {
            if (done || demand == 0) {
                emitting = false;
                return false;
            }
            demand--;
            return true;
        }

        private void emit() {
            lastActivity.set(System.nanoTime());
            if (sent != null && position > 0) {
                sent.accept(position);
            }
            try {
                ByteBuffer piece = nextPiece();
                if (piece != null) {
                    subscriber.onNext(piece);
                }
                if (position == source.length()) {
                    finish();
                    subscriber.onComplete();
                }
            } catch (IOException | RuntimeException e) {
                finish();
                subscriber.onError(e);
            }
        }

        /** Null when nothing is left. */
        private ByteBuffer nextPiece() throws IOException {
            if (position == 0) {
                channel = source.open();
            }
            int size = (int) Math.min(PIECE, source.length() - position);
            if (size == 0) {
                return null;
            }
            ByteBuffer piece = ByteBuffer.allocate(size);
            if (!BlobSource.fill(channel, piece)) {
                throw new IOException("the content ends after " + (position + piece.position()) + " of "
                        + source.length() + " bytes");
            }
            position += size;
            return piece.flip();
        }

        private void finish() {
            synchronized (this) {
                done = true;
            }
            cancel();
        }

        @Override
        public void cancel() {
            ReadableByteChannel open;
            synchronized (this) {
                done = true;
                open = channel;
                channel = null;
            }
            if (open != null) {
                try {
                    open.close();
                } catch (IOException ignored) {
                    // Nothing more is read from it, and the registry checks what was read by its digest.
                }
            }
        }
    }
}
