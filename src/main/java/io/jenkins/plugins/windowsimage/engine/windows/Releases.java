package io.jenkins.plugins.windowsimage.engine.windows;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was acquired and has to be released, in the opposite order. Every release is tried; the first failure is thrown at the
 * end with the others attached. For one thread at a time.
 */
final class Releases implements AutoCloseable {
    private final Deque<AutoCloseable> acquired = new ArrayDeque<>();

    /** Takes over a resource. */
    <T extends AutoCloseable> T add(T resource) {
        acquired.push(resource);
        return resource;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!acquired.isEmpty()) {
            try {
                acquired.pop().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
