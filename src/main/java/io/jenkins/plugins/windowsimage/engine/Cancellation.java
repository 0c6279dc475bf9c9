package io.jenkins.plugins.windowsimage.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A request to stop, made once from any thread. Work in progress asks {@link #check()} between small pieces, or registers an
 * action that ends a blocking wait. Thread-safe.
 */
public final class Cancellation {
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();
    private volatile boolean requested;

    /** Asks everything that works under this cancellation to stop; further calls do nothing. */
    public void request() {
        synchronized (this) {
            if (requested) {
                return;
            }
            requested = true;
        }
        actions.forEach(Runnable::run);
    }

    public boolean isRequested() {
        return requested;
    }

    /**
     * @throws EngineException of kind {@link ErrorKind#CANCELLED} once the stop was requested
     */
    public void check() {
        if (requested) {
            throw new EngineException(ErrorKind.CANCELLED, "cancelled");
        }
    }

    /**
     * Runs the action when the stop is requested, at once if it was already; in the requesting thread, so it must be quick.
     *
     * @return ends the registration
     */
    public Registration onRequest(Runnable action) {
        actions.add(action);
        boolean late;
        synchronized (this) {
            late = requested;
        }
        if (late) {
            action.run();
        }
        return () -> actions.remove(action);
    }

    /** A registered action; closing it takes the action back. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
