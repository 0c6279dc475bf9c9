package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import io.jenkins.plugins.windowsimage.engine.windows.api.Overlapped;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;

/**
 * An output pipe of a process: bytes wait in a small buffer, a writer blocks while it is full. All methods are called with the
 * lock of the simulation held.
 */
final class SimPipe {
    private static final int CAPACITY = 4096;

    private final Object lock;
    private final byte[] buffer = new byte[CAPACITY];
    private int used;
    private int writers = 1;
    private boolean readerClosed;
    private Read pending;

    SimPipe(Object lock) {
        this.lock = lock;
    }

    /** A read that goes on; the address of its OVERLAPPED structure is its name. */
    static final class Read {
        final Pointer overlapped;
        final Pointer buffer;
        final int size;
        final SimEvent event;
        boolean done;
        int count;
        int error;

        Read(Pointer overlapped, Pointer buffer, int size, SimEvent event) {
            this.overlapped = overlapped;
            this.buffer = buffer;
            this.size = size;
            this.event = event;
        }
    }

    /** Writes all bytes, waiting for room; gives up when the reader is gone. */
    void write(byte[] bytes) throws InterruptedException {
        int done = 0;
        while (done < bytes.length && !readerClosed) {
            while (used == CAPACITY && !readerClosed) {
                lock.wait();
            }
            int count = Math.min(bytes.length - done, CAPACITY - used);
            System.arraycopy(bytes, done, buffer, used, count);
            used += count;
            done += count;
            serve();
        }
    }

    /** One more process holds the writing end. */
    void addWriter() {
        writers++;
    }

    void removeWriter() {
        writers--;
        serve();
    }

    /** Starts a read; it may be done when this returns. */
    void read(Read read) {
        pending = read;
        read.overlapped.setLong(0, Overlapped.STATUS_PENDING);
        read.event.signalled = false;
        serve();
    }

    boolean isBusy() {
        return pending != null;
    }

    /** Ends a pending read; false if there is none. */
    boolean cancel(int error) {
        if (pending == null) {
            return false;
        }
        complete(0, error);
        return true;
    }

    void closeReader() {
        readerClosed = true;
        lock.notifyAll();
    }

    private void serve() {
        if (pending != null && used > 0) {
            int count = Math.min(used, pending.size);
            pending.buffer.write(0, buffer, 0, count);
            System.arraycopy(buffer, count, buffer, 0, used - count);
            used -= count;
            complete(count, 0);
        } else if (pending != null && writers == 0) {
            complete(0, WinError.ERROR_BROKEN_PIPE);
        }
        lock.notifyAll();
    }

    private void complete(int count, int error) {
        pending.overlapped.setLong(0, error);
        pending.done = true;
        pending.count = count;
        pending.error = error;
        pending.event.signalled = true;
        pending = null;
        lock.notifyAll();
    }
}
