package io.jenkins.plugins.windowsimage.engine.windows.compute;

import static io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute.NOTIFICATION_CREATE_COMPLETED;
import static io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute.NOTIFICATION_SERVICE_DISCONNECT;
import static io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute.NOTIFICATION_START_COMPLETED;
import static io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute.NOTIFICATION_SYSTEM_EXITED;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.windows.HresultTable;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.time.Duration;
import java.util.Optional;

/**
 * A compute system made through vmcompute.dll: a call either ends at once or is pending until a notification tells its end.
 */
final class HypervSystem implements ComputeSystem {
    private final WindowsApi api;
    private final Timeouts timeouts;
    private final Pointer handle;
    private final Notifications notifications = new Notifications();
    private Pointer registration;

    private HypervSystem(WindowsApi api, Timeouts timeouts, Pointer handle) {
        this.api = api;
        this.timeouts = timeouts;
        this.handle = handle;
    }

    /** Creates a system from a version 1 document; nothing of it is left when that fails. */
    static HypervSystem create(
            WindowsApi api, Timeouts timeouts, String id, String document, Cancellation cancellation) {
        final String call = "HcsCreateComputeSystem";
        final String step = "creating the container";
        PointerByReference out = new PointerByReference();
        PointerByReference text = new PointerByReference();
        int result = api.vmCompute().HcsCreateComputeSystem(id, document, null, out, text);
        String error = take(api, text);
        if (ServiceError.failed(result) && !isPending(result)) {
            throw ServiceError.of(step, call, result, error);
        }
        HypervSystem system = new HypervSystem(api, timeouts, out.getValue());
        try {
            system.register();
            system.await(step, call, result, NOTIFICATION_CREATE_COMPLETED, cancellation);
        } catch (RuntimeException e) {
            Closing.afterFailure(e, system::terminate, system::close);
            throw e;
        }
        return system;
    }

    private void register() {
        PointerByReference out = new PointerByReference();
        int result = api.vmCompute().HcsRegisterComputeSystemCallback(handle, notifications, null, out);
        if (ServiceError.failed(result)) {
            throw ServiceError.of("creating the container", "HcsRegisterComputeSystemCallback", result, null);
        }
        registration = out.getValue();
    }

    @Override
    public void start(Cancellation cancellation) {
        final String call = "HcsStartComputeSystem";
        final String step = "starting the container";
        PointerByReference text = new PointerByReference();
        int result = api.vmCompute().HcsStartComputeSystem(handle, null, text);
        String error = take(api, text);
        if (ServiceError.failed(result) && !isPending(result)) {
            throw ServiceError.of(step, call, result, error);
        }
        await(step, call, result, NOTIFICATION_START_COMPLETED, cancellation);
    }

    /** Waits for the notification of a pending call. */
    private void await(String step, String call, int result, int type, Cancellation cancellation) {
        if (!isPending(result)) {
            return;
        }
        Waiting.until(timeouts.start(), timeouts.slice(), cancellation, () -> notifications.await(
                timeouts.slice(), type, NOTIFICATION_SYSTEM_EXITED, NOTIFICATION_SERVICE_DISCONNECT));
        Optional<Notifications.Event> completed = notifications.received(type);
        if (completed.isPresent()) {
            if (ServiceError.failed(completed.get().status())) {
                throw ServiceError.of(step, call, completed.get().status(), completed.get().data());
            }
        } else {
            throw ServiceError.of(step, call, missing(), null);
        }
    }

    /** Why a notification did not come. */
    private int missing() {
        if (notifications.received(NOTIFICATION_SERVICE_DISCONNECT).isPresent()) {
            return ServiceError.SERVICE_DISCONNECT;
        }
        return notifications.received(NOTIFICATION_SYSTEM_EXITED).isPresent()
                ? ServiceError.UNEXPECTED_EXIT
                : WinError.HCS_E_OPERATION_TIMEOUT;
    }

    @Override
    public ComputeProcess createProcess(String parameters, String commandLine, Cancellation cancellation) {
        return HypervProcess.create(api, timeouts, handle, parameters, commandLine);
    }

    @Override
    public void requestShutdown(Cancellation cancellation) {
        PointerByReference text = new PointerByReference();
        int result = api.vmCompute().HcsShutdownComputeSystem(handle, null, text);
        end("shutting the container down", "HcsShutdownComputeSystem", result, take(api, text));
    }

    @Override
    public void terminate() {
        PointerByReference text = new PointerByReference();
        int result = api.vmCompute().HcsTerminateComputeSystem(handle, null, text);
        end("terminating the container", "HcsTerminateComputeSystem", result, take(api, text));
    }

    private static void end(String step, String call, int result, String error) {
        if (ServiceError.failed(result) && !isPending(result) && !ServiceError.isGone(result)) {
            throw ServiceError.of(step, call, result, error);
        }
    }

    @Override
    public boolean awaitExit(Duration timeout, Cancellation cancellation) {
        return Waiting.until(timeout, timeouts.slice(), cancellation, () -> notifications.await(
                timeouts.slice(), NOTIFICATION_SYSTEM_EXITED, NOTIFICATION_SERVICE_DISCONNECT));
    }

    @Override
    public void close() {
        try {
            if (registration != null) {
                api.vmCompute().HcsUnregisterComputeSystemCallback(registration);
            }
        } finally {
            api.vmCompute().HcsCloseComputeSystem(handle);
        }
    }

    static boolean isPending(int result) {
        return HresultTable.same(result, WinError.HCS_E_OPERATION_PENDING);
    }

    /** Reads and frees a string that vmcompute.dll returned; null if there is none. */
    static String take(WindowsApi api, PointerByReference document) {
        Pointer memory = document.getValue();
        if (memory == null) {
            return null;
        }
        try {
            return Utf16.read(memory);
        } finally {
            api.ole32().CoTaskMemFree(memory);
        }
    }
}
