package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes the body of one answer: into a file and past its checksum, or not at all. */
final class DownloadSubscriber implements HttpResponse.BodySubscriber<Void> {
    private final SpoolFile spool;
    private final FileChecksum checksum;
    private final long mostBytes;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final byte[] buffer = new byte[1 << 16];
    private volatile long lastActivity = System.nanoTime();
    private boolean wanted;
    private Flow.Subscription subscription;

    DownloadSubscriber(SpoolFile spool, FileChecksum checksum, long mostBytes) {
        this.spool = spool;
        this.checksum = checksum;
        this.mostBytes = mostBytes;
    }

    /** Says, when the head of the answer is there, whether its body is the file. */
    DownloadSubscriber expecting(boolean file) {
        wanted = file;
        lastActivity = System.nanoTime();
        return this;
    }

    /** When something came last, in the time of {@link System#nanoTime()}. */
    long lastActivity() {
        return lastActivity;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (wanted) {
            given.request(1);
        } else {
            given.cancel();
            done.complete(null);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        lastActivity = System.nanoTime();
        try {
            for (ByteBuffer part : parts) {
                take(part);
            }
            subscription.request(1);
        } catch (IOException | RuntimeException e) {
            subscription.cancel();
            done.completeExceptionally(e);
        }
    }

    private void take(ByteBuffer part) throws IOException {
        checksum.update(part.duplicate());
        while (part.hasRemaining()) {
            int count = Math.min(part.remaining(), buffer.length);
            if (spool.length() + count > mostBytes) {
                throw new IOException("it is larger than " + mostBytes + " bytes");
            }
            part.get(buffer, 0, count);
            spool.write(buffer, 0, count);
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }

    @Override
    public CompletionStage<Void> getBody() {
        return done;
    }
}
