package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The locks of a storage root, between processes and between the threads of one. The operating system drops them
 * when their owner dies.
 *
 * <p>All of them are single bytes of one file, each at a place computed from its name: there are no lock files to
 * delete, and so no race between one who deletes and one who locks. POSIX gives up all locks of a process on a file
 * as soon as the process closes any channel to it; therefore there is one object and one channel for each file and
 * process.
 *
 * <p>Only {@link FileChannel#tryLock} is used: the waiting form would close the channel, and with it drop every
 * lock, when its thread is interrupted.
 */
final class StoreLocks {
    private static final Map<Path, StoreLocks> BY_FILE = new ConcurrentHashMap<>();
    private static final long COLLECTION = 0;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int LONGEST_PAUSE = 20;

    private final Path file;
    private final Map<Long, Holding> held = new HashMap<>();
    private FileChannel channel;
    private int locksInChannel;

    private final ReentrantReadWriteLock collection = new ReentrantReadWriteLock(true);
    private final Object sharing = new Object();
    private int sharers;
    private FileLock shared;

    private StoreLocks(Path file) {
        this.file = file;
    }

    /** The locks in this file, which is created when the first lock is taken. */
    static StoreLocks of(Path realPath) {
        return BY_FILE.computeIfAbsent(realPath, StoreLocks::new);
    }

    /** A lock of this process, and how many share it. */
    private static final class Holding {
        private final FileLock lock;
        private final boolean shared;
        private int holders = 1;

        Holding(FileLock lock, boolean shared) {
            this.lock = lock;
            this.shared = shared;
        }
    }

    /** A lock that is held; closing gives it back. May be closed by any thread unless said otherwise. */
    interface Held extends Closeable {}

    /** Takes the lock of this name, unless somebody has it. */
    Optional<Held> tryLock(String name) throws IOException {
        return tryLock(position(name), false);
    }

    /** Shares the lock of this name, unless somebody has it alone. */
    Optional<Held> tryShare(String name) throws IOException {
        return tryLock(position(name), true);
    }

    private synchronized Optional<Held> tryLock(long position, boolean forSharing) throws IOException {
        Holding holding = held.get(position);
        if (holding != null) {
            if (!forSharing || !holding.shared) {
                return Optional.empty();
            }
            holding.holders++;
            return Optional.of(release(position));
        }
        FileLock lock = tryByte(position, forSharing);
        if (lock == null) {
            return Optional.empty();
        }
        held.put(position, new Holding(lock, forSharing));
        return Optional.of(release(position));
    }

    private Held release(long position) {
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                giveBack(position);
            }
        };
    }

    private synchronized void giveBack(long position) throws IOException {
        Holding holding = held.get(position);
        if (--holding.holders == 0) {
            held.remove(position);
            release(holding.lock);
        }
    }

    /**
     * Keeps the collector out while something is looked up and taken into use. Held for moments only, closed by the
     * same thread, and may be taken again by one who has it.
     */
    Held using() throws IOException {
        collection.readLock().lock();
        try {
            synchronized (sharing) {
                if (sharers == 0) {
                    shared = await(true);
                }
                sharers++;
            }
        } catch (IOException | RuntimeException e) {
            collection.readLock().unlock();
            throw e;
        }
        return () -> {
            try {
                synchronized (sharing) {
                    if (--sharers == 0) {
                        release(shared);
                    }
                }
            } finally {
                collection.readLock().unlock();
            }
        };
    }

    /** Keeps out everybody who is in {@link #using()}; closed by the same thread. */
    Held collecting() throws IOException {
        collection.writeLock().lock();
        FileLock lock;
        try {
            lock = await(false);
        } catch (IOException | RuntimeException e) {
            collection.writeLock().unlock();
            throw e;
        }
        return () -> {
            try {
                release(lock);
            } finally {
                collection.writeLock().unlock();
            }
        };
    }

    private FileLock await(boolean forSharing) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int pause = 1;
        while (true) {
            FileLock lock = tryByte(COLLECTION, forSharing);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new EngineException(
                        ErrorKind.HOST_NOT_READY,
                        "another process has kept the store locked for " + PATIENCE.toMinutes() + " minutes: " + file,
                        "look for a windows-image process that hangs, and end it",
                        null);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the lock of the store " + file);
            }
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
    }

    private synchronized FileLock tryByte(long position, boolean forSharing) throws IOException {
        if (channel == null) {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        FileLock lock = null;
        try {
            lock = channel.tryLock(position, 1, forSharing);
        } catch (OverlappingFileLockException e) {
            // Held in this process through another class loader: held is held.
        } finally {
            if (lock != null) {
                locksInChannel++;
            } else {
                closeUnused();
            }
        }
        return lock;
    }

    private synchronized void release(FileLock lock) throws IOException {
        try {
            lock.release();
        } finally {
            locksInChannel--;
            closeUnused();
        }
    }

    private void closeUnused() throws IOException {
        if (locksInChannel == 0 && channel != null) {
            channel.close();
            channel = null;
        }
    }

    /** 60 bits of the name's digest, never the place of the collection lock. */
    private static long position(String name) {
        return 1 + Long.parseLong(Digest.of(name).hex().substring(0, 15), 16);
    }
}
