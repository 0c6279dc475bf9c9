package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * computecore.dll, the Host Compute Service with schema 2 documents. Source: computecore.h and computedefs.h of the Windows SDK.
 *
 * <p>Every function returns an HRESULT. Those that take an operation only start the work; its result comes from waiting for the
 * operation. An operation serves one call and is closed once. Result documents belong to the caller and are freed with {@link
 * Kernel32#LocalFree}. The same names exist in vmcompute.dll with other parameters: {@link VmCompute}.
 */
public interface ComputeCore extends StdCallLibrary {
    /** Access right asked for when a system or process is opened; what hcsshim asks for. Source: winnt.h. */
    int GENERIC_ALL = 0x10000000;

    /**
     * Makes an operation without callback.
     *
     * @return null when there is no memory; closed with {@link #HcsCloseOperation}
     */
    @NativeType("HCS_OPERATION")
    Pointer HcsCreateOperation(
            @NativeType("const void*") Pointer context, @NativeType("HCS_OPERATION_COMPLETION") Pointer callback);

    /** Closes an operation, also one in flight, which then goes on without it. */
    void HcsCloseOperation(@NativeType("HCS_OPERATION") Pointer operation);

    /** Waits for an operation; {@link WinError#HCS_E_OPERATION_TIMEOUT} means it still runs. */
    int HcsWaitForOperationResult(
            @NativeType("HCS_OPERATION") Pointer operation,
            int timeoutMs,
            @NativeType("PWSTR*") PointerByReference resultDocument);

    /** The result of an operation that has ended, or the error document of a call that did not start. */
    int HcsGetOperationResult(
            @NativeType("HCS_OPERATION") Pointer operation, @NativeType("PWSTR*") PointerByReference resultDocument);

    /**
     * Waits for {@link #HcsCreateProcess} or {@link #HcsGetProcessInfo}; the standard handles in the information belong to the
     * caller, who closes each with {@link Kernel32#CloseHandle}.
     */
    int HcsWaitForOperationResultAndProcessInfo(
            @NativeType("HCS_OPERATION") Pointer operation,
            int timeoutMs,
            ProcessInformation processInformation,
            @NativeType("PWSTR*") PointerByReference resultDocument);

    /** Creates a compute system from a schema 2 document; the handle is closed with {@link #HcsCloseComputeSystem}. */
    int HcsCreateComputeSystem(
            String id,
            String configuration,
            @NativeType("HCS_OPERATION") Pointer operation,
            @NativeType("const SECURITY_DESCRIPTOR*") Pointer securityDescriptor,
            @NativeType("HCS_SYSTEM*") PointerByReference computeSystem);

    /** Opens a system at once, without an operation. */
    int HcsOpenComputeSystem(
            String id, int requestedAccess, @NativeType("HCS_SYSTEM*") PointerByReference computeSystem);

    void HcsCloseComputeSystem(@NativeType("HCS_SYSTEM") Pointer computeSystem);

    int HcsStartComputeSystem(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            @NativeType("HCS_OPERATION") Pointer operation,
            String options);

    /** Asks a system to shut down cleanly. The capital D is its real spelling. */
    int HcsShutDownComputeSystem(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            @NativeType("HCS_OPERATION") Pointer operation,
            String options);

    int HcsTerminateComputeSystem(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            @NativeType("HCS_OPERATION") Pointer operation,
            String options);

    /** Asks for the properties of a system; the result document holds them. */
    int HcsGetComputeSystemProperties(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            @NativeType("HCS_OPERATION") Pointer operation,
            String propertyQuery);

    /** Lists systems; the result document is an array. */
    int HcsEnumerateComputeSystems(String query, @NativeType("HCS_OPERATION") Pointer operation);

    /**
     * Waits until a system has ended. From build 20348.
     *
     * @param result receives a SystemExitStatus document, to be freed with LocalFree
     */
    int HcsWaitForComputeSystemExit(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            int timeoutMs,
            @NativeType("PWSTR*") PointerByReference result);

    /** Starts a process in a system; the handle is closed with {@link #HcsCloseProcess}. */
    int HcsCreateProcess(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            String processParameters,
            @NativeType("HCS_OPERATION") Pointer operation,
            @NativeType("const SECURITY_DESCRIPTOR*") Pointer securityDescriptor,
            @NativeType("HCS_PROCESS*") PointerByReference process);

    void HcsCloseProcess(@NativeType("HCS_PROCESS") Pointer process);

    /** Asks for id and standard handles of a process; waited for with the function that yields process information. */
    int HcsGetProcessInfo(
            @NativeType("HCS_PROCESS") Pointer process, @NativeType("HCS_OPERATION") Pointer operation);

    /** Asks for the ProcessStatus document of a process. */
    int HcsGetProcessProperties(
            @NativeType("HCS_PROCESS") Pointer process,
            @NativeType("HCS_OPERATION") Pointer operation,
            String propertyQuery);

    /** Changes a process, such as closing its standard input. */
    int HcsModifyProcess(
            @NativeType("HCS_PROCESS") Pointer process, @NativeType("HCS_OPERATION") Pointer operation, String settings);

    /**
     * Waits until a process has ended. From build 20348.
     *
     * @param result receives a ProcessStatus document, to be freed with LocalFree
     */
    int HcsWaitForProcessExit(
            @NativeType("HCS_PROCESS") Pointer process,
            int timeoutMs,
            @NativeType("PWSTR*") PointerByReference result);

    /**
     * What the service supports, such as its schema versions.
     *
     * @param result to be freed with LocalFree
     */
    int HcsGetServiceProperties(String propertyQuery, @NativeType("PWSTR*") PointerByReference result);
}
