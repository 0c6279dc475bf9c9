package io.jenkins.plugins.windowsimage.engine.windows.compute;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits made of short slices. */
final class Waiting {
    private Waiting() {}

    /** Repeats a wait of one slice until it has what it waits for (true) or the time is used up (false). */
    static boolean until(Duration timeout, Duration slice, Cancellation cancellation, BooleanSupplier waitSlice) {
        for (long left = timeout.toMillis(); ; left -= slice.toMillis()) {
            if (waitSlice.getAsBoolean()) {
                return true;
            }
            if (left <= 0) {
                return false;
            }
            cancellation.check();
        }
    }

    /** Lets one slice go by, for what can only be asked again; returns false. */
    static boolean pause(Duration slice) {
        try {
            TimeUnit.MILLISECONDS.sleep(slice.toMillis());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Windows", e);
        }
    }
}
