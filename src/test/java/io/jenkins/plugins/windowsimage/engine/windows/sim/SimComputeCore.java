package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.ComputeCore;
import io.jenkins.plugins.windowsimage.engine.windows.api.ProcessInformation;

/** computecore.dll: every call that takes an operation starts work whose result the operation has. */
final class SimComputeCore implements ComputeCore {
    private static final int NOT_STARTED = 0x80370115;
    private static final int ALREADY_STARTED = 0x80370116;
    private static final int TIMEOUT = 0x80370118;
    private static final int INVALID_HANDLE = 0x80070006;
    private static final int INVALID_ARGUMENT = 0x80070057;

    private final SimWindows windows;

    SimComputeCore(SimWindows windows) {
        this.windows = windows;
    }

    /** An operation; touched with the lock held. */
    private static final class Operation {
        boolean started;
        int waits;
        int result;
        String document;
        SimProcess process;
    }

    private record Opened(SimSystem system) {}

    private interface Work {
        /** Returns the result document, or null. */
        String run(Operation operation) throws SimCompute.Failure;
    }

    @Override
    public Pointer HcsCreateOperation(Pointer context, Pointer callback) {
        return windows.handles().open("operation", new Operation());
    }

    @Override
    public void HcsCloseOperation(Pointer operation) {
        windows.handles().close(operation, Operation.class, "HcsCloseOperation");
    }

    /** Carries out a call; what fails at once is a failure of the call, everything else of the operation. */
    private int begin(Pointer handle, String call, Work work) {
        Operation operation = windows.handles().use(handle, Operation.class, call);
        if (operation == null) {
            return INVALID_HANDLE;
        }
        synchronized (windows.lock) {
            if (operation.started) {
                windows.handles().misuse(call + " with an operation that was used before");
                return ALREADY_STARTED;
            }
            operation.started = true;
            try {
                operation.document = work.run(operation);
                return 0;
            } catch (SimCompute.Failure e) {
                operation.document = e.document();
                operation.result = e.code;
                return e.code;
            }
        }
    }

    @Override
    public int HcsWaitForOperationResult(Pointer handle, int timeoutMs, PointerByReference resultDocument) {
        Operation operation = windows.handles().use(handle, Operation.class, "HcsWaitForOperationResult");
        if (operation == null) {
            return INVALID_HANDLE;
        }
        synchronized (windows.lock) {
            if (!operation.started) {
                return NOT_STARTED;
            }
            if (timeoutMs > 0 && operation.waits++ < windows.waitsPerOperation()) {
                return TIMEOUT;
            }
            give(resultDocument, operation.document);
            return operation.result;
        }
    }

    @Override
    public int HcsGetOperationResult(Pointer handle, PointerByReference resultDocument) {
        return HcsWaitForOperationResult(handle, 0, resultDocument);
    }

    @Override
    public int HcsWaitForOperationResultAndProcessInfo(
            Pointer handle, int timeoutMs, ProcessInformation information, PointerByReference resultDocument) {
        Operation operation = windows.handles().use(handle, Operation.class, "HcsWaitForOperationResultAndProcessInfo");
        if (operation == null) {
            return INVALID_HANDLE;
        }
        synchronized (windows.lock) {
            if (operation.started && operation.result == 0 && operation.process == null) {
                return INVALID_ARGUMENT;
            }
            if (operation.process != null && operation.waits >= windows.waitsPerOperation()) {
                fill(windows, information, operation.process);
            }
        }
        return HcsWaitForOperationResult(handle, timeoutMs, resultDocument);
    }

    static void fill(SimWindows windows, ProcessInformation information, SimProcess process) {
        information.ProcessId = process.id;
        information.StdInput = windows.handles().open("stdin pipe", process);
        information.StdOutput = windows.handles().open("stdout pipe", process.output);
        information.StdError = windows.handles().open("stderr pipe", process.error);
    }

    private void give(PointerByReference out, String document) {
        if (out != null && document != null) {
            out.setValue(windows.memory().string(SimMemory.Kind.LOCAL, document));
        }
    }

    @Override
    public int HcsCreateComputeSystem(
            String id, String configuration, Pointer operation, Pointer descriptor, PointerByReference computeSystem) {
        return begin(operation, "HcsCreateComputeSystem", work -> {
            SimSystem system = windows.compute().create(id, configuration);
            computeSystem.setValue(windows.handles().open("system", new Opened(system)));
            return null;
        });
    }

    @Override
    public int HcsOpenComputeSystem(String id, int requestedAccess, PointerByReference computeSystem) {
        if (requestedAccess != GENERIC_ALL) {
            return INVALID_ARGUMENT;
        }
        try {
            computeSystem.setValue(windows.handles().open("system", new Opened(windows.compute().open(id))));
            return 0;
        } catch (SimCompute.Failure e) {
            return e.code;
        }
    }

    @Override
    public void HcsCloseComputeSystem(Pointer computeSystem) {
        Opened opened = windows.handles().close(computeSystem, Opened.class, "HcsCloseComputeSystem");
        if (opened != null) {
            windows.compute().closed(opened.system);
        }
    }

    private SimSystem system(Pointer handle, String call) throws SimCompute.Failure {
        Opened opened = windows.handles().use(handle, Opened.class, call);
        if (opened == null) {
            throw new SimCompute.Failure(INVALID_HANDLE, "no system");
        }
        return opened.system;
    }

    private SimProcess process(Pointer handle, String call) throws SimCompute.Failure {
        SimProcessHandle opened = windows.handles().use(handle, SimProcessHandle.class, call);
        if (opened == null) {
            throw new SimCompute.Failure(INVALID_HANDLE, "no process");
        }
        return opened.process();
    }

    @Override
    public int HcsStartComputeSystem(Pointer computeSystem, Pointer operation, String options) {
        final String call = "HcsStartComputeSystem";
        return begin(operation, call, work -> {
            windows.compute().start(system(computeSystem, call));
            return null;
        });
    }

    @Override
    public int HcsShutDownComputeSystem(Pointer computeSystem, Pointer operation, String options) {
        final String call = "HcsShutDownComputeSystem";
        return begin(operation, call, work -> {
            windows.compute().end(system(computeSystem, call), true);
            return null;
        });
    }

    @Override
    public int HcsTerminateComputeSystem(Pointer computeSystem, Pointer operation, String options) {
        final String call = "HcsTerminateComputeSystem";
        return begin(operation, call, work -> {
            windows.compute().end(system(computeSystem, call), false);
            return null;
        });
    }

    @Override
    public int HcsGetComputeSystemProperties(Pointer computeSystem, Pointer operation, String propertyQuery) {
        final String call = "HcsGetComputeSystemProperties";
        return begin(operation, call, work -> {
            SimSystem system = system(computeSystem, call);
            return "{\"Id\":\"%s\",\"State\":\"%s\"}".formatted(system.id, SimCompute.state(system));
        });
    }

    @Override
    public int HcsEnumerateComputeSystems(String query, Pointer operation) {
        return begin(operation, "HcsEnumerateComputeSystems", work -> windows.compute().enumerate(query));
    }

    @Override
    public int HcsWaitForComputeSystemExit(Pointer computeSystem, int timeoutMs, PointerByReference result) {
        requireServer2022("HcsWaitForComputeSystemExit");
        SimSystem system;
        try {
            system = system(computeSystem, "HcsWaitForComputeSystemExit");
        } catch (SimCompute.Failure e) {
            return e.code;
        }
        if (!windows.await(timeoutMs, () -> system.state == SimSystem.State.STOPPED)) {
            return TIMEOUT;
        }
        give(result, "{\"Status\":0,\"ExitType\":\"GracefulExit\"}");
        return 0;
    }

    private void requireServer2022(String function) {
        if (windows.build() < 20348) {
            throw new UnsatisfiedLinkError("Error looking up function '" + function + "': The specified procedure could not be "
                    + "found.");
        }
    }

    @Override
    public int HcsCreateProcess(
            Pointer computeSystem, String parameters, Pointer operation, Pointer descriptor, PointerByReference process) {
        final String call = "HcsCreateProcess";
        return begin(operation, call, work -> {
            work.process = windows.compute().createProcess(system(computeSystem, call), parameters);
            process.setValue(windows.handles().open("process", new SimProcessHandle(work.process)));
            return null;
        });
    }

    @Override
    public void HcsCloseProcess(Pointer process) {
        windows.handles().close(process, SimProcessHandle.class, "HcsCloseProcess");
    }

    @Override
    public int HcsGetProcessInfo(Pointer process, Pointer operation) {
        final String call = "HcsGetProcessInfo";
        return begin(operation, call, work -> {
            work.process = process(process, call);
            return null;
        });
    }

    @Override
    public int HcsGetProcessProperties(Pointer process, Pointer operation, String propertyQuery) {
        final String call = "HcsGetProcessProperties";
        return begin(operation, call, work -> process(process, call).status());
    }

    @Override
    public int HcsModifyProcess(Pointer process, Pointer operation, String settings) {
        final String call = "HcsModifyProcess";
        return begin(operation, call, work -> {
            windows.compute().modify(process(process, call), settings);
            return null;
        });
    }

    @Override
    public int HcsWaitForProcessExit(Pointer handle, int timeoutMs, PointerByReference result) {
        requireServer2022("HcsWaitForProcessExit");
        SimProcess process;
        try {
            process = process(handle, "HcsWaitForProcessExit");
        } catch (SimCompute.Failure e) {
            return e.code;
        }
        if (!windows.await(timeoutMs, () -> process.exited)) {
            return TIMEOUT;
        }
        synchronized (windows.lock) {
            give(result, process.status());
        }
        return 0;
    }

    @Override
    public int HcsGetServiceProperties(String propertyQuery, PointerByReference result) {
        give(result, "{\"Properties\":[{\"SupportedSchemaVersions\":[{\"Major\":1,\"Minor\":0},{\"Major\":2,\"Minor\":1}]}]}");
        return 0;
    }
}
