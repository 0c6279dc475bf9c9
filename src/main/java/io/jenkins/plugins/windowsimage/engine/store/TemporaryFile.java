package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * A file under {@code incoming/} that is locked by its writer, so that others can tell the files of living
 * processes from leftovers. It is moved to its place when it is whole; else it goes away when it is closed. For one
 * thread at a time.
 */
final class TemporaryFile implements Closeable {
    private static final String PARTIAL = ".part";

    private final Path path;
    private final StoreLocks.Held lock;
    private final FileChannel channel;
    private boolean keep;

    private TemporaryFile(Path path, StoreLocks.Held lock, StandardOpenOption creation) throws IOException {
        this.path = path;
        this.lock = lock;
        try {
            this.channel = FileChannel.open(path, creation, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A new file with a name of its own. */
    static TemporaryFile create(StorageRoot root) throws IOException {
        Path path = root.incoming().resolve(UUID.randomUUID() + ".tmp");
        StoreLocks.Held lock = root.locks().tryLock(lockName(path)).orElseThrow(
                () -> new IOException("the name " + path + " is taken"));
        return new TemporaryFile(path, lock, StandardOpenOption.CREATE_NEW);
    }

    /** What an interrupted attempt at this blob left, or its beginning; empty while somebody else writes it. */
    static Optional<TemporaryFile> partial(StorageRoot root, Digest digest) throws IOException {
        Path path = root.incoming().resolve(digest.hex() + PARTIAL);
        // The collector may try the lock of a partial file; it must not make this one seem taken.
        try (StoreLocks.Held using = root.locks().using()) {
            Optional<StoreLocks.Held> lock = root.locks().tryLock(lockName(path));
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            TemporaryFile file = new TemporaryFile(path, lock.get(), StandardOpenOption.CREATE);
            file.keep();
            return Optional.of(file);
        }
    }

    static String lockName(Path path) {
        return "incoming/" + path.getFileName();
    }

    static boolean isPartial(Path path) {
        return path.getFileName().toString().endsWith(PARTIAL);
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    /** Leaves the file where it is when it is closed. */
    void keep() {
        keep = true;
    }

    /** Lets the file go away when it is closed. */
    void discard() {
        keep = false;
    }

    /** Makes the content durable. */
    void sync() throws IOException {
        channel.force(true);
    }

    /** Gives the file its place; nothing more can be written. */
    void moveTo(Path target) throws IOException {
        channel.close();
        DurableFiles.rename(path, target);
        keep = true;
    }

    @Override
    public void close() throws IOException {
        try (lock;
                channel) {
            channel.close();
            if (!keep) {
                Files.deleteIfExists(path);
            }
        }
    }
}
