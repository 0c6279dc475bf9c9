package io.jenkins.plugins.windowsimage.engine.windows.compute;

import static io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute.NOTIFICATION_PROCESS_EXITED;
import static io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute.NOTIFICATION_SERVICE_DISCONNECT;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.ProcessInformation;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.util.Optional;

/** A process started through vmcompute.dll. */
final class HypervProcess implements ComputeProcess {
    private final WindowsApi api;
    private final Timeouts timeouts;
    private final Pointer handle;
    private final StandardHandles handles;
    private final Notifications notifications = new Notifications();
    private Pointer registration;

    private HypervProcess(WindowsApi api, Timeouts timeouts, Pointer handle, StandardHandles handles) {
        this.api = api;
        this.timeouts = timeouts;
        this.handle = handle;
        this.handles = handles;
    }

    static HypervProcess create(
            WindowsApi api, Timeouts timeouts, Pointer system, String parameters, String commandLine) {
        ProcessInformation information = new ProcessInformation();
        PointerByReference out = new PointerByReference();
        PointerByReference text = new PointerByReference();
        int result = api.vmCompute().HcsCreateProcess(system, parameters, information, out, text);
        String error = HypervSystem.take(api, text);
        if (ServiceError.failed(result)) {
            throw ServiceError.ofProcess("HcsCreateProcess", result, error, commandLine);
        }
        HypervProcess process =
                new HypervProcess(api, timeouts, out.getValue(), new StandardHandles(api, information));
        try {
            process.register();
        } catch (RuntimeException e) {
            Closing.afterFailure(e, process::close);
            throw e;
        }
        return process;
    }

    private void register() {
        PointerByReference out = new PointerByReference();
        int result = api.vmCompute().HcsRegisterProcessCallback(handle, notifications, null, out);
        if (ServiceError.failed(result)) {
            throw ServiceError.of("starting the command", "HcsRegisterProcessCallback", result, null);
        }
        registration = out.getValue();
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
        try {
            PointerByReference text = new PointerByReference();
            int result = api.vmCompute().HcsModifyProcess(handle, ProcessDocument.CLOSE_STANDARD_INPUT, text);
            String error = HypervSystem.take(api, text);
            if (ServiceError.failed(result) && !HypervSystem.isPending(result) && !ServiceError.isGone(result)) {
                throw ServiceError.of("closing the command's standard input", "HcsModifyProcess", result, error);
            }
        } finally {
            handles.closeInput();
        }
    }

    @Override
    public Optional<ProcessStatus> awaitExit() {
        final String step = "waiting for the command";
        if (!notifications.await(timeouts.slice(), NOTIFICATION_PROCESS_EXITED, NOTIFICATION_SERVICE_DISCONNECT)) {
            return Optional.empty();
        }
        Optional<Notifications.Event> exited = notifications.received(NOTIFICATION_PROCESS_EXITED);
        if (exited.isEmpty()) {
            throw ServiceError.of(step, "HcsRegisterProcessCallback", ServiceError.SERVICE_DISCONNECT, null);
        }
        Optional<ProcessStatus> told = ProcessStatus.parse(exited.get().data());
        return told.isPresent() ? told : Optional.of(properties(step));
    }

    private ProcessStatus properties(String step) {
        PointerByReference properties = new PointerByReference();
        PointerByReference text = new PointerByReference();
        int result = api.vmCompute().HcsGetProcessProperties(handle, properties, text);
        String status = HypervSystem.take(api, properties);
        String error = HypervSystem.take(api, text);
        if (ServiceError.failed(result)) {
            throw ServiceError.of(step, "HcsGetProcessProperties", result, error);
        }
        return ProcessStatus.parse(status).orElse(new ProcessStatus(-1));
    }

    @Override
    public void close() {
        try {
            handles.close();
            if (registration != null) {
                api.vmCompute().HcsUnregisterProcessCallback(registration);
            }
        } finally {
            api.vmCompute().HcsCloseProcess(handle);
        }
    }
}
