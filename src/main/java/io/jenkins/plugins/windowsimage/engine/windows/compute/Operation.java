package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.ProcessInformation;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.time.Duration;

/**
 * One call to computecore.dll that goes on after it returns: started with an operation handle, waited for in short slices, closed
 * once. For one thread.
 */
final class Operation implements AutoCloseable {
    private final WindowsApi api;
    private final Timeouts timeouts;
    private final String step;
    private final Pointer handle;

    /**
     * @param step what is being done, for messages
     */
    Operation(WindowsApi api, Timeouts timeouts, String step) {
        this.api = api;
        this.timeouts = timeouts;
        this.step = step;
        handle = api.computeCore().HcsCreateOperation(null, null);
        if (handle == null) {
            throw ServiceError.of(step, "HcsCreateOperation", WinError.hresult(8), null);
        }
    }

    Pointer handle() {
        return handle;
    }

    /** The error document of a call that did not start; null if there is none. */
    String errorDocument() {
        PointerByReference document = new PointerByReference();
        api.computeCore().HcsGetOperationResult(handle, document);
        return take(document);
    }

    /** Refuses a call that did not start. */
    void requireStarted(String call, int result) {
        if (ServiceError.failed(result)) {
            throw ServiceError.of(step, call, result, errorDocument());
        }
    }

    /**
     * Waits for the end.
     *
     * @return the result document; null if there is none
     */
    String await(String call, Duration timeout, Cancellation cancellation) {
        return await(call, timeout, cancellation, null);
    }

    /**
     * As the other, for a call that yields a process.
     *
     * @param information filled in at the end; null for the other calls
     */
    String await(String call, Duration timeout, Cancellation cancellation, ProcessInformation information) {
        Outcome outcome = outcome(timeout, cancellation, information);
        if (ServiceError.failed(outcome.result)) {
            throw failure(call, outcome);
        }
        return outcome.document;
    }

    /** The error for an end that was none. */
    WindowsException failure(String call, Outcome outcome) {
        return ServiceError.of(step, call, outcome.result, outcome.document);
    }

    /** Waits for the end, whatever it is. */
    Outcome outcome(Duration timeout, Cancellation cancellation, ProcessInformation information) {
        long left = timeout.toMillis();
        while (true) {
            PointerByReference document = new PointerByReference();
            int result = information == null
                    ? api.computeCore().HcsWaitForOperationResult(handle, timeouts.sliceMillis(), document)
                    : api.computeCore().HcsWaitForOperationResultAndProcessInfo(
                            handle, timeouts.sliceMillis(), information, document);
            String text = take(document);
            left -= timeouts.sliceMillis();
            if (!ServiceError.isTimeout(result) || left <= 0) {
                return new Outcome(result, text);
            }
            cancellation.check();
        }
    }

    private String take(PointerByReference document) {
        return take(api, document);
    }

    /** Reads and frees a string that computecore.dll returned; null if there is none. */
    static String take(WindowsApi api, PointerByReference document) {
        Pointer memory = document.getValue();
        if (memory == null) {
            return null;
        }
        try {
            return Utf16.read(memory);
        } finally {
            api.kernel32().LocalFree(memory);
        }
    }

    @Override
    public void close() {
        api.computeCore().HcsCloseOperation(handle);
    }

    /**
     * How an operation ended.
     *
     * @param document null if there is none
     */
    record Outcome(int result, String document) {}
}
