package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How often, and after which pauses, something that failed for a passing reason is tried again: the pause doubles from
 * the first to the longest, half of it at random, and is at least what the registry asks for with Retry-After, but
 * never above the limit for that.
 *
 * @param attempts how often it is tried in all, at least 1
 * @param firstPause pause before the second attempt
 * @param longestPause limit to which the pause doubles
 * @param longestRetryAfter limit to what a registry may ask for
 * @param pauses how to wait
 */
public record RetryPolicy(
        int attempts, Duration firstPause, Duration longestPause, Duration longestRetryAfter, Pauses pauses) {

    /** Five attempts, which together wait no more than about eight seconds unless a registry asks for it. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(
            5, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(60), RetryPolicy::sleep);

    /** Waits, or does not in tests. */
    @FunctionalInterface
    public interface Pauses {
        void pause(Duration time, Cancellation cancellation);
    }

    /** Counts the failures of one piece of work. Not thread-safe. */
    final class Attempts {
        private final Cancellation cancellation;
        private int failures;
        private int costly;

        Attempts(Cancellation cancellation) {
            this.cancellation = cancellation;
        }

        /** Returns after a pause if another attempt may help, and throws the failure otherwise. */
        void failed(RegistryException failure) {
            cancellation.check();
            failures++;
            if (failure.retry() == RegistryException.Retry.ONCE) {
                costly++;
            }
            if (failure.retry() == RegistryException.Retry.NEVER || failures >= attempts || costly > 1) {
                throw failure;
            }
            pauses.pause(pauseAfter(failures, failure.retryAfter()), cancellation);
            cancellation.check();
        }

        /** Real progress was made, so that the count starts anew. */
        void progressed() {
            failures = 0;
        }
    }

    Attempts start(Cancellation cancellation) {
        return new Attempts(cancellation);
    }

    /** Does the work until it succeeds or trying again cannot help. */
    <T> T call(Cancellation cancellation, Supplier<T> work) {
        Attempts tries = start(cancellation);
        while (true) {
            cancellation.check();
            try {
                return work.get();
            } catch (RegistryException e) {
                tries.failed(e);
            }
        }
    }

    private Duration pauseAfter(int failures, Duration asked) {
        long doubled = firstPause.toMillis() << Math.min(failures - 1, 20);
        long limit = Math.min(doubled, longestPause.toMillis());
        long pause = limit / 2 + ThreadLocalRandom.current().nextLong(limit / 2 + 1);
        if (asked != null) {
            Duration obeyed = asked.compareTo(longestRetryAfter) < 0 ? asked : longestRetryAfter;
            pause = Math.max(pause, obeyed.toMillis());
        }
        return Duration.ofMillis(pause);
    }

    private static void sleep(Duration time, Cancellation cancellation) {
        CountDownLatch stop = new CountDownLatch(1);
        try (Cancellation.Registration registration = cancellation.onRequest(stop::countDown)) {
            stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
