package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blobs that a running process relies on, as a file that the collector reads. It counts as long as its owner
 * holds the lock of its name. The file comes into being with the first blob. Thread-safe.
 */
final class Lease implements Closeable {
    private static final int LINE = 64;

    private final StorageRoot root;
    private final Path file;
    private final Set<Digest> digests = ConcurrentHashMap.newKeySet();
    private StoreLocks.Held lock;
    private boolean closed;

    Lease(StorageRoot root) {
        this.root = root;
        this.file = root.leases().resolve(UUID.randomUUID().toString());
    }

    boolean holds(Digest digest) {
        return digests.contains(digest);
    }

    /** Adds a blob; only under {@link StoreLocks#using()}, so that no collection is under way. */
    synchronized void add(Digest digest) throws IOException {
        if (closed) {
            throw new IOException("the store was closed");
        }
        if (digests.contains(digest)) {
            return;
        }
        if (lock == null) {
            lock = root.locks().tryLock(lockName(file)).orElseThrow(() -> new IOException(file + " is taken"));
        }
        // The line end comes first: what a full disk cut short does not spoil the next line.
        Files.writeString(
                file,
                "\n" + digest.hex(),
                StandardCharsets.US_ASCII,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        digests.add(digest);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (lock != null) {
            try (StoreLocks.Held released = lock) {
                lock = null;
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Everything that living processes rely on; removes the leases of dead ones. Only under {@link
     * StoreLocks#collecting()}.
     */
    static Set<Digest> collect(StorageRoot root) throws IOException {
        Set<Digest> live = new HashSet<>();
        for (Path file : list(root)) {
            if (!removeIfDead(root, file)) {
                try {
                    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                        if (line.length() == LINE) {
                            live.add(new Digest(line));
                        }
                    }
                } catch (NoSuchFileException e) {
                    // Its owner ended well since it was listed.
                }
            }
        }
        return live;
    }

    /** Whether the owner of the lease is dead, in which case it is gone now. */
    static boolean removeIfDead(StorageRoot root, Path file) throws IOException {
        Optional<StoreLocks.Held> dead = root.locks().tryLock(lockName(file));
        if (dead.isEmpty()) {
            return false;
        }
        try (StoreLocks.Held held = dead.get()) {
            Files.deleteIfExists(file);
        }
        return true;
    }

    static List<Path> list(StorageRoot root) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> leases = Files.newDirectoryStream(root.leases())) {
            leases.forEach(files::add);
        }
        return files;
    }

    static String lockName(Path file) {
        return "leases/" + file.getFileName();
    }
}
