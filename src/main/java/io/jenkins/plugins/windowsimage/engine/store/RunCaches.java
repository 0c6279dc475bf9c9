package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The directories of {@code RUN --mount=type=cache}, which stay between builds: {@code run-caches/KEY}, and {@code run-caches/KEY-1},
 * {@code KEY-2} ... for those that want theirs alone. Each has a lock of its name, which its users share or have alone. Thread-safe, and
 * safe for several processes.
 */
public final class RunCaches {
    private static final String FILLING = ".new";
    private static final long PAUSE_NANOS = 20_000_000;

    private final StorageRoot root;

    public RunCaches(StorageRoot root) {
        this.root = root;
    }

    /** How commands that run at the same time use one cache; as in Dockerfiles. */
    public enum Sharing {
        /** All use the same directory. */
        SHARED,
        /** Who comes second gets another directory. */
        PRIVATE,
        /** Who comes second waits. */
        LOCKED
    }

    /** Gives a cache its first content. */
    @FunctionalInterface
    public interface Filling {
        /** @param directory existing and empty */
        void fill(Path directory) throws IOException;
    }

    /** A cache in use; closing ends that. */
    public static final class Use implements Closeable {
        private final Path directory;
        private final StoreLocks.Held lock;

        private Use(Path directory, StoreLocks.Held lock) {
            this.directory = directory;
            this.lock = lock;
        }

        public Path directory() {
            return directory;
        }

        @Override
        public void close() throws IOException {
            try (lock) {
                Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
            }
        }
    }

    /**
     * A cache that stays.
     *
     * @param bytes of its files
     */
    public record Stored(String name, long bytes, Instant lastUsed) {}

    /**
     * Takes a cache into use; makes it if it is not there.
     *
     * @param id tells caches apart
     * @param cancellation ends the wait for a cache that somebody else has
     */
    public Use open(String id, Sharing sharing, Filling filling, Cancellation cancellation) throws IOException {
        String key = Digest.of(id).hex();
        boolean shared = sharing == Sharing.SHARED;
        for (int attempt = 0; ; attempt++) {
            cancellation.check();
            boolean another = sharing == Sharing.PRIVATE && attempt > 0;
            Optional<Use> use = tryOpen(another ? key + "-" + attempt : key, shared, filling);
            if (use.isPresent()) {
                return use.get();
            }
            if (sharing != Sharing.PRIVATE) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private Optional<Use> tryOpen(String name, boolean shared, Filling filling) throws IOException {
        Path directory = root.runCaches().resolve(name);
        if (shared && Files.isDirectory(directory)) {
            return share(name, directory);
        }
        Optional<StoreLocks.Held> lock = root.locks().tryLock(lockName(name));
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (!Files.isDirectory(directory)) {
                make(directory, filling);
            }
        } catch (IOException | RuntimeException e) {
            lock.get().close();
            throw e;
        }
        if (shared) {
            lock.get().close();
            return share(name, directory);
        }
        return lock.map(held -> new Use(directory, held));
    }

    private Optional<Use> share(String name, Path directory) throws IOException {
        Optional<StoreLocks.Held> share = root.locks().tryShare(lockName(name));
        if (share.isPresent() && !Files.isDirectory(directory)) {
            // It was pruned before it could be shared.
            share.get().close();
            return Optional.empty();
        }
        return share.map(held -> new Use(directory, held));
    }

    /** A cache has its name when it is complete. */
    private static void make(Path directory, Filling filling) throws IOException {
        Path started = directory.resolveSibling(directory.getFileName() + FILLING);
        DurableFiles.removeTree(started);
        Files.createDirectories(started);
        filling.fill(started);
        DurableFiles.rename(started, directory);
    }

    private static String lockName(String name) {
        return "run-caches/" + name;
    }

    /** All caches, those not used for longest first. */
    public List<Stored> list() throws IOException {
        List<Stored> caches = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(root.runCaches())) {
            for (Path directory : directories) {
                caches.add(new Stored(directory.getFileName().toString(), bytes(directory),
                        Files.getLastModifiedTime(directory).toInstant()));
            }
        } catch (NoSuchFileException e) {
            // There are none, or one went away meanwhile.
        }
        caches.sort(Comparator.comparing(Stored::lastUsed).thenComparing(Stored::name));
        return caches;
    }

    private static long bytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    /**
     * Removes a cache unless somebody uses it.
     *
     * @param dryRun only says whether it could
     * @return whether it went
     */
    public boolean remove(Stored cache, boolean dryRun) throws IOException {
        Optional<StoreLocks.Held> lock = root.locks().tryLock(lockName(cache.name().replace(FILLING, "")));
        if (lock.isEmpty()) {
            return false;
        }
        try (StoreLocks.Held held = lock.get()) {
            if (!dryRun) {
                DurableFiles.removeTree(root.runCaches().resolve(cache.name()));
            }
            return true;
        }
    }
}
