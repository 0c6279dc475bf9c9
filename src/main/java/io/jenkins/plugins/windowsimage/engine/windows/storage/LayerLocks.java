package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shared and exclusive locks by name, between processes and between the threads of one: who uses a layer shares its
 * lock, who makes or removes it has the lock alone. The operating system drops them when their owner dies. Thread-safe.
 *
 * <p>Each lock is one byte of one file, at a place computed from its name. There is one object for each file and
 * process, because a process cannot lock a byte twice, and on some systems loses all its locks of a file when it closes
 * any channel to it.
 */
final class LayerLocks {
    private static final Map<Path, LayerLocks> BY_FILE = new ConcurrentHashMap<>();

    private final Path file;
    private final Map<String, Lock> held = new HashMap<>();
    private FileChannel channel;

    private LayerLocks(Path file) {
        this.file = file;
    }

    /** The locks in this file, which is made with the first of them. */
    static LayerLocks of(Path realPath) {
        return BY_FILE.computeIfAbsent(realPath, LayerLocks::new);
    }

    /** A lock that is held, by as many as share it. */
    private static final class Lock {
        private final FileLock lock;
        private final boolean shared;
        private int holders = 1;

        Lock(FileLock lock, boolean shared) {
            this.lock = lock;
            this.shared = shared;
        }
    }

    /** Takes a lock unless others are in the way; closing gives it back. */
    Optional<Closeable> tryLock(String name, boolean shared) throws IOException {
        synchronized (this) {
            Lock lock = held.get(name);
            if (lock != null) {
                if (!shared || !lock.shared) {
                    return Optional.empty();
                }
                lock.holders++;
                return Optional.of(release(name));
            }
            if (channel == null) {
                channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            }
            FileLock taken = null;
            try {
                taken = channel.tryLock(position(name), 1, shared);
            } catch (OverlappingFileLockException e) {
                // Held in this process through another class loader: held is held.
            }
            if (taken == null) {
                closeUnused();
                return Optional.empty();
            }
            held.put(name, new Lock(taken, shared));
            return Optional.of(release(name));
        }
    }

    private Closeable release(String name) {
        return new Closeable() {
            private boolean released;

            @Override
            public void close() throws IOException {
                synchronized (LayerLocks.this) {
                    if (!released) {
                        released = true;
                        giveBack(name);
                    }
                }
            }
        };
    }

    private void giveBack(String name) throws IOException {
        Lock lock = held.get(name);
        if (--lock.holders == 0) {
            held.remove(name);
            try {
                lock.lock.release();
            } finally {
                closeUnused();
            }
        }
    }

    private void closeUnused() throws IOException {
        if (held.isEmpty() && channel != null) {
            channel.close();
            channel = null;
        }
    }

    /** 60 bits of the digest of the name. */
    private static long position(String name) {
        return Long.parseLong(Digest.of(name).hex().substring(0, 15), 16);
    }
}
