package io.jenkins.plugins.windowsimage.engine.registry;

/**
 * The threads of the JDK's HTTP clients at the end of the process. A thread that waits for the network in native code delays it by
 * 0.3 s, and before Java 21 nothing closes a client.
 */
public final class HttpClientThreads {
    private static final String SELECTOR = "HttpClient-\\d+-SelectorManager";
    /** So that a thread that does not listen delays the end by no more than it would have. */
    private static final long MOST_MILLIS = 300;

    private HttpClientThreads() {}

    /** Ends them; no client of this process works any more. */
    public static void end() {
        // There may be more by the time they are listed.
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i].getName().matches(SELECTOR)) {
                threads[i].interrupt();
                join(threads[i]);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(MOST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
