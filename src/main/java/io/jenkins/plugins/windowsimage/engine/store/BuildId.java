package io.jenkins.plugins.windowsimage.engine.store;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Names of builds: 12 lower-case hexadecimal digits (48 bits). Thread-safe. */
public final class BuildId {
    private static final long BITS = (1L << 48) - 1;
    /** Odd, so that the ids of one process repeat only after 2^48 calls. */
    private static final long STRIDE = 0x9E3779B97F4BL;
    /** Process ids repeat between containers and over time, hence the random part. */
    private static final long START = new SecureRandom().nextLong()
            ^ System.currentTimeMillis() << 8
            ^ ProcessHandle.current().pid() << 32;

    private static final AtomicLong COUNTER = new AtomicLong();

    private BuildId() {}

    /** Another id with every call. */
    public static String next() {
        return String.format("%012x", START + COUNTER.getAndIncrement() * STRIDE & BITS);
    }

    /** Whether the text has the form of a build id. */
    public static boolean isValid(String text) {
        return text.matches("[0-9a-f]{12}");
    }
}
