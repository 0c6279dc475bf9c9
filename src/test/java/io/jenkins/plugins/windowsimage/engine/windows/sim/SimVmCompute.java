package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.DriverInfo;
import io.jenkins.plugins.windowsimage.engine.windows.api.Guid;
import io.jenkins.plugins.windowsimage.engine.windows.api.LayerDescriptor;
import io.jenkins.plugins.windowsimage.engine.windows.api.ProcessInformation;
import io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** vmcompute.dll: systems here, layers in {@link SimLayers}. Creation, start and shutdown are pending until a notification. */
final class SimVmCompute implements VmCompute {
    private static final int PENDING = 0xC0370103;
    private static final int INVALID_HANDLE = 0x80070006;

    private final SimWindows windows;

    SimVmCompute(SimWindows windows) {
        this.windows = windows;
    }

    private record Opened(SimSystem system) {}

    private interface Work {
        int run() throws SimCompute.Failure;
    }

    private int call(PointerByReference result, Work work) {
        synchronized (windows.lock) {
            try {
                return work.run();
            } catch (SimCompute.Failure e) {
                if (result != null) {
                    result.setValue(windows.memory().string(SimMemory.Kind.TASK, e.document()));
                }
                return e.code;
            }
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

    // ---- systems

    @Override
    public int HcsCreateComputeSystem(
            String id, String configuration, Pointer identity, PointerByReference computeSystem, PointerByReference result) {
        return call(result, () -> {
            SimSystem system = windows.compute().createVersion1(id, configuration);
            computeSystem.setValue(windows.handles().open("system", new Opened(system)));
            return PENDING;
        });
    }

    @Override
    public int HcsCloseComputeSystem(Pointer computeSystem) {
        Opened opened = windows.handles().close(computeSystem, Opened.class, "HcsCloseComputeSystem");
        if (opened == null) {
            return INVALID_HANDLE;
        }
        synchronized (windows.lock) {
            if (!opened.system.registrations.isEmpty()) {
                windows.handles().misuse("HcsCloseComputeSystem with a callback registered");
            }
        }
        windows.compute().closed(opened.system);
        return 0;
    }

    @Override
    public int HcsStartComputeSystem(Pointer computeSystem, String options, PointerByReference result) {
        return call(result, () -> {
            SimSystem system = system(computeSystem, "HcsStartComputeSystem");
            windows.compute().start(system);
            switch (windows.machineStart()) {
                case STARTS -> windows.compute().notify(system.registrations, NOTIFICATION_START_COMPLETED, 0, "");
                case FAILS -> windows.compute().notify(system.registrations, NOTIFICATION_START_COMPLETED, 0xC0370109,
                        "{\"ErrorMessage\":\"the machine is slow\"}");
                case EXITS -> windows.compute().end(system, false);
                case DISCONNECTS ->
                        windows.compute().notify(system.registrations, NOTIFICATION_SERVICE_DISCONNECT, 0, "");
                case HANGS -> { }
            }
            return PENDING;
        });
    }

    @Override
    public int HcsShutdownComputeSystem(Pointer computeSystem, String options, PointerByReference result) {
        return call(result, () -> {
            windows.compute().end(system(computeSystem, "HcsShutdownComputeSystem"), true);
            return PENDING;
        });
    }

    @Override
    public int HcsTerminateComputeSystem(Pointer computeSystem, String options, PointerByReference result) {
        return call(result, () -> {
            windows.compute().end(system(computeSystem, "HcsTerminateComputeSystem"), false);
            return PENDING;
        });
    }

    @Override
    public int HcsRegisterComputeSystemCallback(
            Pointer computeSystem, Notification callback, Pointer context, PointerByReference registration) {
        return call(null, () -> {
            SimSystem system = system(computeSystem, "HcsRegisterComputeSystemCallback");
            register(system.registrations, callback, registration);
            windows.compute().notify(system.registrations, NOTIFICATION_CREATE_COMPLETED, 0, "");
            return 0;
        });
    }

    private void register(List<SimRegistration> registrations, Notification callback, PointerByReference out) {
        SimRegistration registration = new SimRegistration(callback, registrations);
        registrations.add(registration);
        out.setValue(windows.handles().open("callback", registration));
    }

    @Override
    public int HcsUnregisterComputeSystemCallback(Pointer handle) {
        SimRegistration registration = windows.handles().close(handle, SimRegistration.class, "HcsUnregister...Callback");
        if (registration == null) {
            return INVALID_HANDLE;
        }
        synchronized (registration) {
            synchronized (windows.lock) {
                registration.owner().removeIf(each -> each == registration);
            }
        }
        return 0;
    }

    @Override
    public int HcsCreateProcess(
            Pointer computeSystem,
            String processParameters,
            ProcessInformation processInformation,
            PointerByReference process,
            PointerByReference result) {
        return call(result, () -> {
            SimSystem system = system(computeSystem, "HcsCreateProcess");
            SimProcess created = windows.compute().createProcess(system, processParameters);
            SimComputeCore.fill(windows, processInformation, created);
            process.setValue(windows.handles().open("process", new SimProcessHandle(created)));
            return 0;
        });
    }

    @Override
    public int HcsCloseProcess(Pointer process) {
        SimProcessHandle opened = windows.handles().close(process, SimProcessHandle.class, "HcsCloseProcess");
        return opened == null ? INVALID_HANDLE : 0;
    }

    @Override
    public int HcsModifyProcess(Pointer process, String settings, PointerByReference result) {
        return call(result, () -> {
            windows.compute().modify(process(process, "HcsModifyProcess"), settings);
            return 0;
        });
    }

    @Override
    public int HcsGetProcessProperties(Pointer process, PointerByReference properties, PointerByReference result) {
        return call(result, () -> {
            String status = process(process, "HcsGetProcessProperties").status();
            properties.setValue(windows.memory().string(SimMemory.Kind.TASK, status));
            return 0;
        });
    }

    @Override
    public int HcsRegisterProcessCallback(
            Pointer process, Notification callback, Pointer context, PointerByReference registration) {
        return call(null, () -> {
            SimProcess registered = process(process, "HcsRegisterProcessCallback");
            register(registered.registrations, callback, registration);
            if (registered.exited) {
                windows.compute().notify(
                        registered.registrations, NOTIFICATION_PROCESS_EXITED, 0, registered.status());
            }
            return 0;
        });
    }

    @Override
    public int HcsUnregisterProcessCallback(Pointer registration) {
        return HcsUnregisterComputeSystemCallback(registration);
    }

    // ---- layers

    private Path path(DriverInfo info, String id) {
        if (info.Flavour != 1 || info.HomeDir == null || !info.HomeDir.toString().isEmpty()) {
            windows.handles().misuse("a layer driver that would crash vmcompute.dll");
        }
        return Path.of(id);
    }

    private List<SimLayers.Parent> parents(LayerDescriptor[] descriptors, int count) {
        List<SimLayers.Parent> parents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parents.add(new SimLayers.Parent(descriptors[i].LayerId.toUuid(), Path.of(descriptors[i].Path.toString())));
        }
        return parents;
    }

    @Override
    public int CreateSandboxLayer(
            DriverInfo info, String id, String unusedParent, LayerDescriptor[] parents, int parentCount) {
        return windows.layers().run(() -> windows.layers().createScratch(path(info, id), parents(parents, parentCount)));
    }

    @Override
    public int ExpandSandboxSize(DriverInfo info, String id, long bytes) {
        return windows.layers().run(() -> windows.layers().expand(path(info, id), bytes));
    }

    @Override
    public int ActivateLayer(DriverInfo info, String id) {
        return windows.layers().run(() -> windows.layers().activate(path(info, id)));
    }

    @Override
    public int DeactivateLayer(DriverInfo info, String id) {
        return windows.layers().run(() -> windows.layers().deactivate(path(info, id)));
    }

    @Override
    public int PrepareLayer(DriverInfo info, String id, LayerDescriptor[] parents, int parentCount) {
        return windows.layers().run(() -> windows.layers().prepare(path(info, id), parents(parents, parentCount)));
    }

    @Override
    public int UnprepareLayer(DriverInfo info, String id) {
        return windows.layers().run(() -> windows.layers().unprepare(path(info, id)));
    }

    @Override
    public int GetLayerMountPath(DriverInfo info, String id, LongByReference length, char[] buffer) {
        return windows.layers().run(() -> windows.layers().mountPath(path(info, id), length, buffer));
    }

    @Override
    public int ImportLayer(DriverInfo info, String id, String importFolder, LayerDescriptor[] parents, int parentCount) {
        return windows.layers().run(() -> windows.layers().importLayer(
                path(info, id), Path.of(importFolder), parents(parents, parentCount)));
    }

    @Override
    public int ExportLayer(DriverInfo info, String id, String exportFolder, LayerDescriptor[] parents, int parentCount) {
        return windows.layers().run(() -> windows.layers().exportLayer(
                path(info, id), Path.of(exportFolder), parents(parents, parentCount)));
    }

    @Override
    public int DestroyLayer(DriverInfo info, String id) {
        return windows.layers().run(() -> windows.layers().destroy(path(info, id)));
    }

    @Override
    public int LayerExists(DriverInfo info, String id, IntByReference exists) {
        throw new UnsupportedOperationException("LayerExists");
    }

    @Override
    public int NameToGuid(String name, Guid id) {
        Guid value = new Guid(SimLayers.idOf(name));
        id.Data1 = value.Data1;
        id.Data2 = value.Data2;
        id.Data3 = value.Data3;
        id.Data4 = value.Data4;
        return 0;
    }

    @Override
    public int ProcessBaseImage(String path) {
        return windows.layers().run(() -> windows.layers().processBase(Path.of(path)));
    }

    @Override
    public int ProcessUtilityImage(String path) {
        return windows.layers().run(() -> windows.layers().processUtilityVm(Path.of(path)));
    }
}
