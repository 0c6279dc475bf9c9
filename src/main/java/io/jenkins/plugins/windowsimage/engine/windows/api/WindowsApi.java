package io.jenkins.plugins.windowsimage.engine.windows.api;

/**
 * The Windows libraries that the engine calls. The one real implementation is {@link SystemLibraries}; tests put a simulated
 * Windows in its place. Thread-safe.
 */
public interface WindowsApi {
    ComputeCore computeCore();

    VmCompute vmCompute();

    ComputeNetwork computeNetwork();

    VirtDisk virtDisk();

    Kernel32 kernel32();

    Advapi32 advapi32();

    NtDll ntDll();

    Ole32 ole32();

    IpHelper ipHelper();
}
