package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings chains of layers into being. Layers that are missing are unpacked side by side, as far as they do not need
 * those below: what comes in is written while the parents are still on their way, and imported once they are complete.
 * Thread-safe.
 */
final class ChainUnpacker {
    private static final int AT_ONCE = 2;
    /** Unpacking a large layer again takes minutes. */
    private static final int MOST_ATTEMPTS = 3;
    private static final long PAUSE_NANOS = 50_000_000;

    private final StorageParts parts;
    private final LayerImport imports;

    ChainUnpacker(StorageParts parts, LayerImport imports) {
        this.parts = parts;
        this.imports = imports;
    }

    /** One layer of a chain and its place on disk. */
    private record Link(LayerBlob layer, String name, String parentName, Path directory) {}

    /** Locks that are given back together. */
    private static final class Locks implements Closeable {
        private final Deque<Closeable> held = new ArrayDeque<>();

        @Override
        public void close() throws IOException {
            while (!held.isEmpty()) {
                held.pop().close();
            }
        }
    }

    /** @param layers base first */
    LayerChain open(List<LayerBlob> layers, Cancellation cancellation) throws IOException {
        List<Link> chain = new ArrayList<>();
        String below = null;
        for (LayerBlob layer : layers) {
            String name = LayerDirectories.name(layer.diffId(), below);
            chain.add(new Link(layer, name, below, parts.directories().layer(name)));
            below = name;
        }
        while (true) {
            cancellation.check();
            Optional<LayerChain> opened = tryOpen(chain, cancellation);
            if (opened.isPresent()) {
                return opened.get();
            }
        }
    }

    /**
     * Unpacks what is missing; empty if something was, because its lock has to change hands before it can be shared.
     */
    private Optional<LayerChain> tryOpen(List<Link> chain, Cancellation cancellation) throws IOException {
        Locks shared = new Locks();
        boolean keep = false;
        try (Locks owned = new Locks()) {
            List<Link> missing = new ArrayList<>();
            for (Link link : chain) {
                if (!lock(link, shared, owned, cancellation)) {
                    missing.add(link);
                }
            }
            if (!missing.isEmpty()) {
                unpack(chain, missing, cancellation);
                return Optional.empty();
            }
            List<ReadOnlyLayer> parents = parents(chain, chain.size());
            for (Link link : chain) {
                parts.directories().used(link.name);
            }
            keep = true;
            return Optional.of(new HcsLayerChain(parts, parents, shared));
        } finally {
            if (!keep) {
                shared.close();
            }
        }
    }

    /** Shares a layer that is complete, or owns one that is not; waits while somebody else makes or removes it. */
    private boolean lock(Link link, Locks shared, Locks owned, Cancellation cancellation) throws IOException {
        while (true) {
            cancellation.check();
            Optional<Closeable> share = parts.directories().tryShare(link.directory);
            if (share.isPresent()) {
                if (parts.directories().isComplete(link.name)) {
                    shared.held.push(share.get());
                    return true;
                }
                share.get().close();
                Optional<Closeable> own = parts.directories().tryOwn(link.directory);
                if (own.isPresent()) {
                    owned.held.push(own.get());
                    if (!parts.directories().isComplete(link.name)) {
                        return false;
                    }
                    owned.held.pop().close();
                    continue;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private List<ReadOnlyLayer> parents(List<Link> chain, int count) {
        List<ReadOnlyLayer> parents = new ArrayList<>();
        for (Link link : chain.subList(0, count)) {
            parents.add(new ReadOnlyLayer(parts.driver().id(link.name), link.directory));
        }
        Collections.reverse(parents);
        return parents;
    }

    /** Unpacks layers in threads of their own, begun from the base up so that none waits for one that has no thread. */
    private void unpack(List<Link> chain, List<Link> missing, Cancellation cancellation) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, missing.size()), task -> {
            Thread thread = new Thread(task, "unpacking layers");
            thread.setDaemon(true);
            return thread;
        });
        List<CompletableFuture<Void>> running = new ArrayList<>();
        try {
            CompletableFuture<Void> below = CompletableFuture.completedFuture(null);
            for (Link link : missing) {
                CompletableFuture<Void> parent = below;
                below = CompletableFuture.runAsync(() -> unpack(chain, link, parent, cancellation), threads);
                running.add(below);
            }
            join(running);
        } finally {
            threads.shutdown();
        }
    }

    /** Waits for all; throws what went wrong first, counted from the base. */
    private static void join(List<CompletableFuture<Void>> running) throws IOException {
        Throwable failure = null;
        for (CompletableFuture<Void> each : running) {
            try {
                each.join();
            } catch (CompletionException e) {
                failure = failure == null ? e.getCause() : failure;
            }
        }
        if (failure instanceof Carried carried) {
            throw carried.exception;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private void unpack(List<Link> chain, Link link, CompletableFuture<Void> below, Cancellation cancellation) {
        LayerImport.Parents parents = () -> {
            awaitBelow(below, link);
            return parents(chain, chain.indexOf(link));
        };
        try {
            Retry retry = new Retry(Math.min(MOST_ATTEMPTS, parts.retry().attempts()),
                    parts.retry().firstPauseMillis());
            retry.call(cancellation, () -> {
                imports.run(link.layer, link.name, link.parentName, parents, cancellation);
                return null;
            });
        } catch (IOException e) {
            throw new Carried(new IOException("the layer " + link.layer.descriptor().digest() + " cannot be unpacked: "
                    + e.getMessage(), e));
        }
    }

    private static void awaitBelow(CompletableFuture<Void> below, Link link) {
        try {
            below.join();
        } catch (CompletionException e) {
            throw new EngineException(ErrorKind.LAYER_CREATE, "the layer " + link.layer.descriptor().digest()
                    + " cannot be unpacked because one below it cannot", e.getCause());
        }
    }

    /** Takes a checked exception out of a thread. */
    private static final class Carried extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient IOException exception;

        Carried(IOException exception) {
            super(exception);
            this.exception = exception;
        }
    }
}
