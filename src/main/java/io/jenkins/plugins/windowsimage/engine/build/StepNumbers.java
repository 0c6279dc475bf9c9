package io.jenkins.plugins.windowsimage.engine.build;

import java.util.concurrent.atomic.AtomicInteger;

/** Numbers the steps of a build in the order in which they start. Thread-safe. */
final class StepNumbers {
    private final AtomicInteger last = new AtomicInteger();

    int next() {
        return last.incrementAndGet();
    }
}
