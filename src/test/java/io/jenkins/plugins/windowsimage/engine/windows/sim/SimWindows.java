package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.jenkins.plugins.windowsimage.engine.windows.api.Advapi32;
import io.jenkins.plugins.windowsimage.engine.windows.api.ComputeCore;
import io.jenkins.plugins.windowsimage.engine.windows.api.ComputeNetwork;
import io.jenkins.plugins.windowsimage.engine.windows.api.IpHelper;
import io.jenkins.plugins.windowsimage.engine.windows.api.Kernel32;
import io.jenkins.plugins.windowsimage.engine.windows.api.NtDll;
import io.jenkins.plugins.windowsimage.engine.windows.api.Ole32;
import io.jenkins.plugins.windowsimage.engine.windows.api.VirtDisk;
import io.jenkins.plugins.windowsimage.engine.windows.api.VmCompute;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A simulated Windows. Production code gets it as its {@link WindowsApi}; a test sets it up, injects {@link #faults()}, and asks
 * {@link #problems()} at the end what was misused or left behind. Thread-safe.
 */
public final class SimWindows implements WindowsApi {
    /** Held while state is touched, and notified when it changes. */
    final Object lock = new Object();

    private final SimFaults faults = new SimFaults();
    private final SimHandles handles = new SimHandles();
    private final SimMemory memory = new SimMemory();
    private final SimVolumes volumes = new SimVolumes();
    private final SimFiles files = new SimFiles(this);
    private final SimLayers layers = new SimLayers(this);
    private final SimCompute compute = new SimCompute(this);
    private final SimComputeNetwork network = new SimComputeNetwork(this);
    private final SimKernel32 kernel32 = new SimKernel32(this);
    private final SimAdvapi32 advapi32 = new SimAdvapi32(this);
    private final SimIpHelper ipHelper = new SimIpHelper(this);

    private final ComputeCore computeCoreApi = guard(ComputeCore.class, new SimComputeCore(this));
    private final VmCompute vmComputeApi = guard(VmCompute.class, new SimVmCompute(this));
    private final ComputeNetwork computeNetworkApi = guard(ComputeNetwork.class, network);
    private final Kernel32 kernel32Api = guard(Kernel32.class, kernel32);
    private final Advapi32 advapi32Api = guard(Advapi32.class, advapi32);
    private final NtDll ntDllApi = guard(NtDll.class, new SimNtDll(this));
    private final Ole32 ole32Api = guard(Ole32.class, (Ole32) address -> memory.free(SimMemory.Kind.TASK, address));
    private final VirtDisk virtDiskApi = guard(VirtDisk.class, new SimVirtDisk(this));
    private final IpHelper ipHelperApi = guard(IpHelper.class, ipHelper);

    private int build = 20348;
    private boolean hyperv = true;
    private boolean hangsAtShutdown;
    private boolean survivesTermination;
    private boolean silentAboutExitCodes;
    private int waitsPerOperation;
    private MachineStart machineStart = MachineStart.STARTS;
    private final Set<String> missingLibraries = new HashSet<>();

    /** What becomes of the start of a virtual machine. */
    public enum MachineStart {
        STARTS,
        /** Its notification says that it failed. */
        FAILS,
        /** It ends instead. */
        EXITS,
        /** The service goes away. */
        DISCONNECTS,
        /** No notification comes. */
        HANGS
    }

    // ---- what a test sets up and asks

    /** Makes this the Windows with another build; 20348 if it is not called. */
    public SimWindows build(int number) {
        build = number;
        return this;
    }

    /** Whether there is a hypervisor; true if it is not called. */
    public SimWindows hyperv(boolean present) {
        hyperv = present;
        return this;
    }

    /** Whether containers ignore a request to shut down; false if it is not called. */
    public SimWindows hangsAtShutdown(boolean hangs) {
        hangsAtShutdown = hangs;
        return this;
    }

    /** Whether containers ignore their termination; false if it is not called. */
    public SimWindows survivesTermination(boolean survives) {
        survivesTermination = survives;
        return this;
    }

    /** Whether notifications of the end of a process come without its status; false if it is not called. */
    public SimWindows silentAboutExitCodes(boolean silent) {
        silentAboutExitCodes = silent;
        return this;
    }

    /** How often an operation has to be waited for before it ends; 0 if it is not called. */
    public SimWindows waitsPerOperation(int waits) {
        waitsPerOperation = waits;
        return this;
    }

    /** What becomes of the start of a virtual machine. */
    public SimWindows machineStart(MachineStart start) {
        machineStart = start;
        return this;
    }

    /** Takes away a DLL, such as {@code computecore}. */
    public SimWindows withoutLibrary(String name) {
        missingLibraries.add(name);
        return this;
    }

    public SimFaults faults() {
        return faults;
    }

    public SimVolumes volumes() {
        return volumes;
    }

    SimFiles files() {
        return files;
    }

    /** The layer half: directories of layers, scratches, backup streams. */
    public SimLayers layers() {
        return layers;
    }

    public SimComputeNetwork network() {
        return network;
    }

    public SimAdvapi32 machine() {
        return advapi32;
    }

    public SimIpHelper addresses() {
        return ipHelper;
    }

    /** Puts a running system there that another program, or a dead process, made. */
    public void plantSystem(String id, String owner) {
        compute.plant(id, owner);
    }

    /** Whether a container that has not ended sees a directory as its drive C. */
    public boolean isInUse(Path files) {
        return compute.isInUse(files);
    }

    /** Takes away what was put there. */
    public void removePlanted() {
        compute.removePlanted();
    }

    /** Ids of all compute systems. */
    public List<String> systems() {
        return compute.ids();
    }

    /** All documents that the compute service got, in order: of systems, processes and queries. */
    public List<String> documents() {
        return compute.documents();
    }

    /** What was misused, and what is left: handles, memory, systems, endpoints, namespaces, volumes, privileges. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(handles.problems());
        problems.addAll(memory.problems());
        problems.addAll(compute.problems());
        problems.addAll(network.problems());
        problems.addAll(layers.problems());
        problems.addAll(advapi32.problems());
        if (!volumes.isEmpty()) {
            problems.add("volumes left");
        }
        return List.copyOf(new TreeSet<>(problems));
    }

    // ---- for the parts of the simulation

    int build() {
        return build;
    }

    boolean hasHyperv() {
        return hyperv;
    }

    boolean survivesTermination() {
        return survivesTermination;
    }

    boolean isSilentAboutExitCodes() {
        return silentAboutExitCodes;
    }

    int waitsPerOperation() {
        return waitsPerOperation;
    }

    MachineStart machineStart() {
        return machineStart;
    }

    private void requireLibrary(String name) {
        if (missingLibraries.contains(name)) {
            throw new UnsatisfiedLinkError("Unable to load library '" + name + ".dll'");
        }
    }

    boolean hangsAtShutdown() {
        return hangsAtShutdown;
    }

    SimHandles handles() {
        return handles;
    }

    SimMemory memory() {
        return memory;
    }

    SimCompute compute() {
        return compute;
    }

    /** Notes every call, and lets those fail that shall. */
    private <T extends Library> T guard(Class<T> type, T implementation) {
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(implementation, args);
            }
            Integer code = faults.called(type.getSimpleName() + "." + method.getName());
            if (code != null && isRelease(method, args)) {
                invoke(implementation, method, args);
                return failing(method, code);
            }
            return code != null ? failing(method, code) : invoke(implementation, method, args);
        });
        return type.cast(proxy);
    }

    /** A call that releases something of the caller does so even when it reports a failure. */
    private static boolean isRelease(Method method, Object[] args) {
        boolean abort = method.getName().matches("Backup(Read|Write)") && args[4].equals(true);
        return abort || method.getName().matches("CloseHandle|CloseServiceHandle|LocalFree|CoTaskMemFree|FreeMibTable|Hc[sn]Close.*"
                + "|HcsUnregister.*");
    }

    private static Object failing(Method method, int code) {
        Class<?> type = method.getReturnType();
        if (type == int.class) {
            return code;
        }
        if (type == boolean.class) {
            Native.setLastError(code & 0xFFFF);
            return false;
        }
        if (type == Pointer.class) {
            Native.setLastError(code & 0xFFFF);
            return method.getName().equals("CreateFileW") ? Kernel32.INVALID_HANDLE_VALUE : null;
        }
        return null;
    }

    private static Object invoke(Object implementation, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(implementation, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Waits for a condition, as a native call with a time limit does; true if it came about. */
    boolean await(int millis, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + millis * 1_000_000L;
        synchronized (lock) {
            while (!condition.getAsBoolean()) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    throw new AssertionError("a thread was interrupted in a native call", e);
                }
            }
            return true;
        }
    }

    @Override
    public ComputeCore computeCore() {
        requireLibrary("computecore");
        return computeCoreApi;
    }

    @Override
    public VmCompute vmCompute() {
        return vmComputeApi;
    }

    @Override
    public ComputeNetwork computeNetwork() {
        requireLibrary("computenetwork");
        return computeNetworkApi;
    }

    @Override
    public VirtDisk virtDisk() {
        return virtDiskApi;
    }

    @Override
    public Kernel32 kernel32() {
        return kernel32Api;
    }

    @Override
    public Advapi32 advapi32() {
        return advapi32Api;
    }

    @Override
    public NtDll ntDll() {
        return ntDllApi;
    }

    @Override
    public Ole32 ole32() {
        return ole32Api;
    }

    @Override
    public IpHelper ipHelper() {
        return ipHelperApi;
    }
}
