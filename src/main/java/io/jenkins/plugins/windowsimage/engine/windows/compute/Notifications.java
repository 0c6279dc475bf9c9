package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Pointer;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the service tells about one system or process: remembered when it comes, waited for when it is needed. Stays referenced
 * for as long as it is registered. Thread-safe.
 */
final class Notifications implements VmCompute.Notification {
    private final Map<Integer, Event> received = new HashMap<>();

    /**
     * @param status HRESULT of what the notification is about
     * @param data its document; null if there is none
     */
    record Event(int status, String data) {}

    @Override
    public synchronized void invoke(int type, Pointer context, int status, Pointer data) {
        received.put(type, new Event(status, Utf16.read(data)));
        notifyAll();
    }

    /** A notification that has come. */
    synchronized Optional<Event> received(int type) {
        return Optional.ofNullable(received.get(type));
    }

    /** Waits until one of the types has come, or for the time given. */
    synchronized boolean await(Duration timeout, int... types) {
        long end = System.nanoTime() + timeout.toNanos();
        while (!hasAny(types)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for Windows", e);
            }
        }
        return true;
    }

    private boolean hasAny(int... types) {
        for (int type : types) {
            if (received.containsKey(type)) {
                return true;
            }
        }
        return false;
    }
}
