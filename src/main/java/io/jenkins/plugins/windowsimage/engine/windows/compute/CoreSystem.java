package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.windows.api.ComputeCore;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.time.Duration;

/** A compute system made through computecore.dll. */
final class CoreSystem implements ComputeSystem {
    private static final Cancellation NONE = new Cancellation();

    private final WindowsApi api;
    private final Timeouts timeouts;
    private final Pointer handle;

    private CoreSystem(WindowsApi api, Timeouts timeouts, Pointer handle) {
        this.api = api;
        this.timeouts = timeouts;
        this.handle = handle;
    }

    /** Creates a system from a schema 2 document; nothing of it is left when that fails. */
    static CoreSystem create(WindowsApi api, Timeouts timeouts, String id, String document, Cancellation cancellation) {
        final String call = "HcsCreateComputeSystem";
        try (Operation operation = new Operation(api, timeouts, "creating the container")) {
            PointerByReference out = new PointerByReference();
            int result = api.computeCore().HcsCreateComputeSystem(id, document, operation.handle(), null, out);
            operation.requireStarted(call, result);
            CoreSystem system = new CoreSystem(api, timeouts, out.getValue());
            try {
                operation.await(call, timeouts.start(), cancellation);
            } catch (RuntimeException e) {
                Closing.afterFailure(e, system::terminate, system::close);
                throw e;
            }
            return system;
        }
    }

    /** Opens a system that exists. */
    static CoreSystem open(WindowsApi api, Timeouts timeouts, String id) {
        PointerByReference out = new PointerByReference();
        int result = api.computeCore().HcsOpenComputeSystem(id, ComputeCore.GENERIC_ALL, out);
        if (ServiceError.failed(result)) {
            throw ServiceError.of("opening a leftover container", "HcsOpenComputeSystem", result, null);
        }
        return new CoreSystem(api, timeouts, out.getValue());
    }

    @Override
    public void start(Cancellation cancellation) {
        final String call = "HcsStartComputeSystem";
        try (Operation operation = new Operation(api, timeouts, "starting the container")) {
            operation.requireStarted(call, api.computeCore().HcsStartComputeSystem(handle, operation.handle(), null));
            operation.await(call, timeouts.start(), cancellation);
        }
    }

    @Override
    public ComputeProcess createProcess(String parameters, String commandLine, Cancellation cancellation) {
        return CoreProcess.create(api, timeouts, handle, parameters, commandLine, cancellation);
    }

    @Override
    public void requestShutdown(Cancellation cancellation) {
        try (Operation operation = new Operation(api, timeouts, "shutting the container down")) {
            int result = api.computeCore().HcsShutDownComputeSystem(handle, operation.handle(), null);
            end(operation, "HcsShutDownComputeSystem", result, timeouts.shutdown(), cancellation);
        }
    }

    @Override
    public void terminate() {
        try (Operation operation = new Operation(api, timeouts, "terminating the container")) {
            int result = api.computeCore().HcsTerminateComputeSystem(handle, operation.handle(), null);
            end(operation, "HcsTerminateComputeSystem", result, timeouts.terminate(), NONE);
        }
    }

    private static void end(
            Operation operation, String call, int result, Duration timeout, Cancellation cancellation) {
        if (ServiceError.isGone(result)) {
            return;
        }
        operation.requireStarted(call, result);
        Operation.Outcome outcome = operation.outcome(timeout, cancellation, null);
        if (ServiceError.failed(outcome.result()) && !ServiceError.isGone(outcome.result())) {
            throw operation.failure(call, outcome);
        }
    }

    @Override
    public boolean awaitExit(Duration timeout, Cancellation cancellation) {
        return Waiting.until(timeout, timeouts.slice(), cancellation, this::awaitSlice);
    }

    private boolean awaitSlice() {
        PointerByReference status = new PointerByReference();
        int result;
        try {
            result = api.computeCore().HcsWaitForComputeSystemExit(handle, timeouts.sliceMillis(), status);
        } catch (UnsatisfiedLinkError beforeServer2022) {
            return hasStopped() || Waiting.pause(timeouts.slice());
        }
        Operation.take(api, status);
        if (ServiceError.isTimeout(result)) {
            return false;
        }
        if (ServiceError.failed(result) && !ServiceError.isGone(result)) {
            throw ServiceError.of("waiting for the end of the container", "HcsWaitForComputeSystemExit", result, null);
        }
        return true;
    }

    private boolean hasStopped() {
        final String call = "HcsGetComputeSystemProperties";
        try (Operation operation = new Operation(api, timeouts, "waiting for the end of the container")) {
            int result = api.computeCore().HcsGetComputeSystemProperties(handle, operation.handle(), null);
            if (ServiceError.isGone(result)) {
                return true;
            }
            operation.requireStarted(call, result);
            Operation.Outcome outcome = operation.outcome(timeouts.terminate(), NONE, null);
            if (ServiceError.isGone(outcome.result())) {
                return true;
            }
            if (ServiceError.failed(outcome.result())) {
                throw operation.failure(call, outcome);
            }
            return isStopped(outcome.document());
        }
    }

    private static boolean isStopped(String properties) {
        try {
            return properties != null
                    && Json.MAPPER.readTree(properties).path("State").asText().equals("Stopped");
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Override
    public void close() {
        api.computeCore().HcsCloseComputeSystem(handle);
    }
}
