package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a cancellation: the virtual machine's end waits until the work has cleaned up and written its
 * result, for less than two seconds.
 */
final class Signals {
    private static final long LIMIT_MILLIS = 1900;
    private static final Cancellation CANCELLATION = new Cancellation();
    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static volatile int exitCode = 130;

    private Signals() {}

    /** What a signal cancels. */
    static Cancellation cancellation() {
        return CANCELLATION;
    }

    /** Begins to listen; for processes that run a single command. */
    static void listen() {
        Runtime.getRuntime().addShutdownHook(new Thread(Signals::shutDown, "shut-down"));
    }

    /** Tells that the command is over; the process may end with this code. */
    static void ended(int code) {
        exitCode = code;
        ENDED.countDown();
    }

    private static void shutDown() {
        if (ENDED.getCount() == 0) {
            return;
        }
        CANCELLATION.request();
        try {
            ENDED.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Without this the code would be that of the signal, 143 for SIGTERM.
        Runtime.getRuntime().halt(exitCode);
    }
}
