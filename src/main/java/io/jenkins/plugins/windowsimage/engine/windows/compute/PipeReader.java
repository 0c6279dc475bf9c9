package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.jenkins.plugins.windowsimage.engine.windows.RunOutput;
import io.jenkins.plugins.windowsimage.engine.windows.api.Overlapped;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.time.Duration;

/**
 * Reads one output pipe of a process on a thread of its own until the pipe ends. Pipes of the service are overlapped: a read is
 * started, then waited for in slices, so that the thread never hangs in a native call and the pipe can be given up.
 */
final class PipeReader {
    private static final int BUFFER = 64 << 10;

    private final WindowsApi api;
    private final Pointer pipe;
    private final boolean error;
    private final RunOutput output;
    private final Duration slice;
    private final Thread thread;
    private volatile boolean givenUp;
    private volatile boolean draining;
    private volatile long drainEnd;
    private int readsInOvertime = 16;
    private volatile RuntimeException failure;

    private PipeReader(WindowsApi api, Pointer pipe, boolean error, RunOutput output, Duration slice) {
        this.api = api;
        this.pipe = pipe;
        this.error = error;
        this.output = output;
        this.slice = slice;
        thread = new Thread(this::run, error ? "container-stderr" : "container-stdout");
        thread.setDaemon(true);
    }

    /** Starts to read; null reads nothing. */
    static PipeReader start(WindowsApi api, Pointer pipe, boolean error, RunOutput output, Duration slice) {
        PipeReader reader = new PipeReader(api, pipe, error, output, slice);
        if (pipe != null) {
            reader.thread.start();
        }
        return reader;
    }

    /** What failed on the thread, which then reads no more; null if nothing did. */
    RuntimeException failure() {
        return failure;
    }

    /**
     * Waits for the end of the pipe, but no longer than to a moment: what is still open then belongs to a child that outlives
     * its command. Afterwards the thread has ended.
     *
     * @param end by {@link System#nanoTime}
     */
    void finish(long end) {
        drainEnd = end;
        draining = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Pointer event = api.kernel32().CreateEventW(null, true, false, null);
        if (event == null) {
            failure = failed("CreateEventW", Native.getLastError());
            return;
        }
        try (Memory buffer = new Memory(BUFFER)) {
            Overlapped overlapped = new Overlapped();
            overlapped.hEvent = event;
            overlapped.write();
            byte[] bytes = new byte[BUFFER];
            int count = read(buffer, overlapped);
            while (count > 0) {
                buffer.read(0, bytes, 0, count);
                output.write(error, bytes, count);
                count = mayReadOn() ? read(buffer, overlapped) : 0;
            }
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            api.kernel32().CloseHandle(event);
        }
    }

    private boolean isOver() {
        return draining && System.nanoTime() - drainEnd > 0;
    }

    /** Once the time is over, what is in the pipe is still read, but not what a talkative child keeps adding. */
    private boolean mayReadOn() {
        return !givenUp && (!isOver() || readsInOvertime-- > 0);
    }

    /** Reads what is there or comes; 0 at the end, however it came about. */
    private int read(Memory buffer, Overlapped overlapped) {
        boolean done = api.kernel32().ReadFile(pipe, buffer, BUFFER, null, overlapped.getPointer());
        if (!done) {
            int code = Native.getLastError();
            if (code != WinError.ERROR_IO_PENDING) {
                return ended("ReadFile", code);
            }
            await(overlapped);
        }
        IntByReference count = new IntByReference();
        if (!api.kernel32().GetOverlappedResult(pipe, overlapped.getPointer(), count, false)) {
            return ended("GetOverlappedResult", Native.getLastError());
        }
        return count.getValue();
    }

    /**
     * Waits until the read has ended, whatever happens: Windows writes into the buffer until then. Once the pipe is given up, it
     * asks for the end.
     */
    private void await(Overlapped overlapped) {
        while (overlapped.isPending()) {
            int waited = api.kernel32().WaitForSingleObject(overlapped.hEvent, (int) slice.toMillis());
            if (waited != WinError.WAIT_OBJECT_0 && waited != WinError.WAIT_TIMEOUT) {
                failure = failed("WaitForSingleObject", Native.getLastError());
                givenUp = true;
                Waiting.pause(slice);
            }
            if (givenUp || isOver()) {
                givenUp = true;
                api.kernel32().CancelIoEx(pipe, overlapped.getPointer());
            }
        }
    }

    private int ended(String call, int code) {
        boolean end = code == WinError.ERROR_BROKEN_PIPE
                || code == WinError.ERROR_HANDLE_EOF
                || code == WinError.ERROR_OPERATION_ABORTED && givenUp;
        if (!end) {
            failure = failed(call, code);
        }
        return 0;
    }

    private static RuntimeException failed(String call, int code) {
        return ServiceError.of("reading the output of the command", call, WinError.hresult(code), null);
    }
}
