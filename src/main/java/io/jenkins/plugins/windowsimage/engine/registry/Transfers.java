package io.jenkins.plugins.windowsimage.engine.registry;

import java.util.Collection;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Does the same for several blobs, a bounded number at a time; the first failure stops the others. */
final class Transfers {
    private static final long STOP_SECONDS = 10;

    private Transfers() {}

    static <T> void each(Collection<T> items, int parallelism, Consumer<T> transfer) {
        if (items.size() <= 1 || parallelism == 1) {
            items.forEach(transfer);
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(parallelism, items.size()), work -> {
            Thread thread = new Thread(work, "registry transfer");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<Void> finished = new ExecutorCompletionService<>(threads);
            for (T item : items) {
                finished.submit(() -> {
                    transfer.accept(item);
                    return null;
                });
            }
            for (int left = items.size(); left > 0; left--) {
                finished.take().get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for transfers", e);
        } finally {
            stop(threads);
        }
    }

    /** Interrupts what still runs and waits for it, so that nothing is written after the caller was told of the end. */
    private static void stop(ExecutorService threads) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
