package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a cancellation: the virtual machine's end waits until the work has cleaned up and written its
 * result, two seconds at most.
 */
final class CancelOnSignal {
    private static final long LIMIT_MILLIS = 1900;
    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static volatile int exitCode;

    private CancelOnSignal() {}

    /** The cancellation that a signal requests. */
    static Cancellation install() {
        Cancellation cancellation = new Cancellation();
        Thread hook = new Thread(
                () -> {
                    cancellation.request();
                    try {
                        if (ENDED.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                            System.out.flush();
                            Runtime.getRuntime().halt(exitCode);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(130);
                },
                "cancel");
        Runtime.getRuntime().addShutdownHook(hook);
        return cancellation;
    }

    /** Tells a waiting hook that the work is over; called once, before the process exits. */
    static void ended(int code) {
        exitCode = code;
        ENDED.countDown();
    }
}
