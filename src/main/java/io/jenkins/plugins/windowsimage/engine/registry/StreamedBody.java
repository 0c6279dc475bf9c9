package io.jenkins.plugins.windowsimage.engine.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer as a stream that gives up when nothing arrives for the read timeout, or next to nothing, so that a
 * byte now and then keeps nobody waiting for ever; the client of the JDK has no such timeout. At most two pieces wait to be
 * read. Read by one thread; closed by any.
 */
final class StreamedBody extends InputStream implements BodySubscriber<InputStream> {
    /** Known by its identity; the client may hand out empty lists of its own. */
    private static final List<ByteBuffer> END = new ArrayList<>(0);

    /** Bytes in a second of waiting; the rest of a second counts as a whole one. */
    private static final long SLOWEST = 1000;

    private final Duration readTimeout;
    private final BlockingQueue<List<ByteBuffer>> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private List<ByteBuffer> piece = List.of();
    private int next;
    /** Nanoseconds of waiting, and bytes that came meanwhile, since both began anew. */
    private long waited;
    private long received;
    private volatile Throwable failure;
    private volatile boolean closed;
    private boolean ended;
    private IOException broken;

    StreamedBody(Duration readTimeout) {
        this.readTimeout = readTimeout;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (!subscription.complete(given) || closed) {
            given.cancel();
        } else {
            given.request(2);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (!closed) {
            arrived.add(buffers);
        }
    }

    @Override
    public void onError(Throwable cause) {
        failure = cause;
        arrived.add(END);
    }

    @Override
    public void onComplete() {
        arrived.add(END);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            while (next < piece.size()) {
                ByteBuffer buffer = piece.get(next);
                if (buffer.hasRemaining()) {
                    int count = Math.min(length, buffer.remaining());
                    buffer.get(target, offset, count);
                    return count;
                }
                next++;
            }
            await();
        }
        return -1;
    }

    /** Waits for the next piece or the end; what goes wrong once goes wrong at every later read. */
    private void await() throws IOException {
        if (broken != null) {
            throw broken;
        }
        List<ByteBuffer> got = null;
        long start = System.nanoTime();
        try {
            got = arrived.poll(readTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new IOException("interrupted while reading an answer", e));
        }
        if (closed) {
            fail(new IOException("the answer was closed"));
        } else if (got == null) {
            fail(new HttpTimeoutException("nothing arrived for " + readTimeout.toSeconds() + " s"));
        } else if (got == END && failure != null) {
            fail(new IOException(failure.getMessage(), failure));
        } else if (got == END) {
            ended = true;
        } else {
            piece = got;
            next = 0;
            requireFast(System.nanoTime() - start);
            subscription.join().request(1);
        }
    }

    /** Counts only what the reader waited, because it may be slow itself. */
    private void requireFast(long nanos) throws IOException {
        waited += nanos;
        piece.forEach(buffer -> received += buffer.remaining());
        if (waited < readTimeout.toNanos()) {
            return;
        }
        if (received < SLOWEST * Math.max(1, readTimeout.toSeconds())) {
            fail(new HttpTimeoutException("only " + received + " bytes arrived in " + TimeUnit.NANOSECONDS.toSeconds(waited) + " s"));
        }
        waited = 0;
        received = 0;
    }

    private void fail(IOException cause) throws IOException {
        broken = cause;
        close();
        throw cause;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Cancelling what has ended does nothing; cancelling before the end closes the connection.
        subscription.thenAccept(Flow.Subscription::cancel);
        arrived.clear();
        arrived.add(END);
    }
}
