package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tries again what failed for a reason that passes ({@link HresultTable.Meaning#passing}), with growing pauses, each one logged.
 * Immutable.
 *
 * @param attempts at most, the first included
 * @param firstPauseMillis between the first two; each further pause is twice the one before
 */
public record Retry(int attempts, long firstPauseMillis) {
    private static final System.Logger LOG = System.getLogger(Retry.class.getName());

    /** What may be tried again. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws IOException;
    }

    /**
     * Returns what the first attempt that succeeds returns.
     *
     * @throws WindowsException of the last attempt
     */
    public <T> T call(Cancellation cancellation, Attempt<T> attempt) throws IOException {
        long pause = firstPauseMillis;
        for (int number = 1; ; number++) {
            cancellation.check();
            try {
                return attempt.run();
            } catch (WindowsException e) {
                if (number == attempts || !HresultTable.lookup(e.code()).passing()) {
                    throw e;
                }
                LOG.log(Level.WARNING, "{0}; trying again in {1} ms (attempt {2} of {3})",
                        e.getMessage(), Long.toString(pause), number + 1, attempts);
                pause(cancellation, pause);
                pause *= 2;
            }
        }
    }

    /** Waits, but no longer than until the cancellation. */
    private static void pause(Cancellation cancellation, long millis) {
        CountDownLatch requested = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onRequest(requested::countDown);
        try {
            boolean early = requested.await(millis, TimeUnit.MILLISECONDS);
            if (early) {
                cancellation.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to try again", e);
        } finally {
            registration.close();
        }
    }
}
