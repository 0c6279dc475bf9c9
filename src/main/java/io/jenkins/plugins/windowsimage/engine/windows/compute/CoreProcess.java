package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.windows.api.ProcessInformation;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.util.Optional;

/** A process started through computecore.dll. */
final class CoreProcess implements ComputeProcess {
    private static final Cancellation NONE = new Cancellation();

    private final WindowsApi api;
    private final Timeouts timeouts;
    private final Pointer handle;
    private final StandardHandles handles;

    private CoreProcess(WindowsApi api, Timeouts timeouts, Pointer handle, StandardHandles handles) {
        this.api = api;
        this.timeouts = timeouts;
        this.handle = handle;
        this.handles = handles;
    }

    static CoreProcess create(
            WindowsApi api,
            Timeouts timeouts,
            Pointer system,
            String parameters,
            String commandLine,
            Cancellation cancellation) {
        final String call = "HcsCreateProcess";
        ProcessInformation information = new ProcessInformation();
        PointerByReference process = new PointerByReference();
        Operation.Outcome outcome;
        try (Operation operation = new Operation(api, timeouts, "starting the command")) {
            int result = api.computeCore()
                    .HcsCreateProcess(system, parameters, operation.handle(), null, process);
            if (ServiceError.failed(result)) {
                throw ServiceError.ofProcess(call, result, operation.errorDocument(), commandLine);
            }
            outcome = operation.outcome(timeouts.start(), cancellation, information);
        } catch (RuntimeException e) {
            if (process.getValue() != null) {
                api.computeCore().HcsCloseProcess(process.getValue());
            }
            throw e;
        }
        Pointer handle = process.getValue();
        if (ServiceError.failed(outcome.result())) {
            if (handle == null) {
                throw ServiceError.ofProcess(call, outcome.result(), outcome.document(), commandLine);
            }
            askAgain(api, timeouts, handle, information, cancellation,
                    ServiceError.ofProcess(call, outcome.result(), outcome.document(), commandLine));
        }
        return new CoreProcess(api, timeouts, handle, new StandardHandles(api, information));
    }

    /** On Server 2022 the wait can fail although the process exists: a fresh operation then gets its handles. */
    private static void askAgain(
            WindowsApi api,
            Timeouts timeouts,
            Pointer handle,
            ProcessInformation information,
            Cancellation cancellation,
            RuntimeException failure) {
        try (Operation operation = new Operation(api, timeouts, "starting the command")) {
            int result = api.computeCore().HcsGetProcessInfo(handle, operation.handle());
            operation.requireStarted("HcsGetProcessInfo", result);
            operation.await("HcsGetProcessInfo", timeouts.start(), cancellation, information);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            api.computeCore().HcsCloseProcess(handle);
            throw failure;
        }
    }

    @Override
    public Pointer standardOutput() {
        return handles.output();
    }

    @Override
    public Pointer standardError() {
        return handles.error();
    }

    @Override
    public void closeStandardInput() {
        if (handles.input() == null) {
            return;
        }
        try (Operation operation = new Operation(api, timeouts, "closing the command's standard input")) {
            int result = api.computeCore()
                    .HcsModifyProcess(handle, operation.handle(), ProcessDocument.CLOSE_STANDARD_INPUT);
            if (!ServiceError.failed(result)) {
                result = operation.outcome(timeouts.terminate(), NONE, null).result();
            }
            if (ServiceError.failed(result) && !ServiceError.isGone(result)) {
                throw ServiceError.of("closing the command's standard input", "HcsModifyProcess", result, null);
            }
        } finally {
            handles.closeInput();
        }
    }

    @Override
    public Optional<ProcessStatus> awaitExit() {
        PointerByReference status = new PointerByReference();
        int result;
        try {
            result = api.computeCore().HcsWaitForProcessExit(handle, timeouts.sliceMillis(), status);
        } catch (UnsatisfiedLinkError beforeServer2022) {
            return poll();
        }
        String document = Operation.take(api, status);
        if (ServiceError.isTimeout(result)) {
            return Optional.empty();
        }
        if (ServiceError.failed(result)) {
            throw ServiceError.of("waiting for the command", "HcsWaitForProcessExit", result, document);
        }
        Optional<ProcessStatus> exited = ProcessStatus.parse(document);
        return exited.isPresent() ? exited : poll();
    }

    /** Asks for the status; lets a slice go by if the process still runs. */
    private Optional<ProcessStatus> poll() {
        Optional<ProcessStatus> status = status();
        if (status.isEmpty()) {
            Waiting.pause(timeouts.slice());
        }
        return status;
    }

    private Optional<ProcessStatus> status() {
        final String call = "HcsGetProcessProperties";
        try (Operation operation = new Operation(api, timeouts, "waiting for the command")) {
            operation.requireStarted(call, api.computeCore().HcsGetProcessProperties(handle, operation.handle(), null));
            Operation.Outcome outcome = operation.outcome(timeouts.slice(), NONE, null);
            if (ServiceError.isTimeout(outcome.result())) {
                return Optional.empty();
            }
            if (ServiceError.failed(outcome.result())) {
                throw operation.failure(call, outcome);
            }
            return ProcessStatus.parse(outcome.document());
        }
    }

    @Override
    public void close() {
        try {
            handles.close();
        } finally {
            api.computeCore().HcsCloseProcess(handle);
        }
    }
}
