package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.win32.W32APITypeMapper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The libraries of the Windows that this process runs on. Each is loaded when it is first asked for, from System32 alone, so
 * that no file of the same name elsewhere is taken for it.
 */
public final class SystemLibraries implements WindowsApi {
    private static final Map<String, Object> OPTIONS = Map.of(Library.OPTION_TYPE_MAPPER, W32APITypeMapper.UNICODE);

    private final Map<Class<?>, Library> loaded = new ConcurrentHashMap<>();
    private final String folder;

    /** Whether this process runs on 64-bit Windows. */
    public static boolean areUsable() {
        return System.getenv("SystemRoot") != null && Native.POINTER_SIZE == 8;
    }

    /**
     * @throws IllegalStateException if this process does not run on 64-bit Windows
     */
    public SystemLibraries() {
        if (!areUsable()) {
            throw new IllegalStateException("the Windows libraries exist on 64-bit Windows only");
        }
        folder = System.getenv("SystemRoot") + "\\System32\\";
    }

    @Override
    public ComputeCore computeCore() {
        return library(ComputeCore.class, "computecore.dll");
    }

    @Override
    public VmCompute vmCompute() {
        return library(VmCompute.class, "vmcompute.dll");
    }

    @Override
    public ComputeNetwork computeNetwork() {
        return library(ComputeNetwork.class, "computenetwork.dll");
    }

    @Override
    public VirtDisk virtDisk() {
        return library(VirtDisk.class, "virtdisk.dll");
    }

    @Override
    public Kernel32 kernel32() {
        return library(Kernel32.class, "kernel32.dll");
    }

    @Override
    public Advapi32 advapi32() {
        return library(Advapi32.class, "advapi32.dll");
    }

    @Override
    public NtDll ntDll() {
        return library(NtDll.class, "ntdll.dll");
    }

    @Override
    public Ole32 ole32() {
        return library(Ole32.class, "ole32.dll");
    }

    @Override
    public IpHelper ipHelper() {
        return library(IpHelper.class, "iphlpapi.dll");
    }

    /**
     * @throws UnsatisfiedLinkError if the DLL is not there
     */
    private <T extends Library> T library(Class<T> type, String dll) {
        return type.cast(loaded.computeIfAbsent(type, key -> Native.load(folder + dll, type, OPTIONS)));
    }
}
