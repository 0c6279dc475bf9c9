package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * vmcompute.dll: the storage of container layers, and the first version of the Host Compute Service, which hyper-v isolation is
 * run with. No Windows header declares it; source: hcsshim (internal/wclayer, internal/vmcompute), which agrees with
 * dotnet-computevirtualization. All functions return an HRESULT.
 *
 * <p>Layers: an id is the absolute path of the layer's directory; parents are listed immediate parent first, base last, and null
 * with count 0 for none. The functions are synchronous.
 *
 * <p>Systems: a call returns {@link WinError#HCS_E_OPERATION_PENDING} when a notification will tell its end. Strings that come
 * back are freed with {@link Ole32#CoTaskMemFree}. Handles are closed once. The same names exist in computecore.dll with other
 * parameters: {@link ComputeCore}.
 */
public interface VmCompute extends StdCallLibrary {

    /** The system has ended. */
    @NativeType("HcsNotificationSystemExited")
    int NOTIFICATION_SYSTEM_EXITED = 1;

    @NativeType("HcsNotificationSystemCreateCompleted")
    int NOTIFICATION_CREATE_COMPLETED = 2;

    @NativeType("HcsNotificationSystemStartCompleted")
    int NOTIFICATION_START_COMPLETED = 3;

    @NativeType("HcsNotificationProcessExited")
    int NOTIFICATION_PROCESS_EXITED = 0x00010000;

    /** The service went away: every handle is dead. */
    @NativeType("HcsNotificationServiceDisconnect")
    int NOTIFICATION_SERVICE_DISCONNECT = 0x01000000;

    /** HCS_NOTIFICATION_CALLBACK: called on a thread of the service; must not block or throw. */
    @NativeType("HCS_NOTIFICATION_CALLBACK")
    interface Notification extends StdCallCallback {
        /**
         * @param status HRESULT of what ended
         * @param data document, null or valid during the call only
         */
        void invoke(
                int type,
                @NativeType("void*") Pointer context,
                @NativeType("HRESULT") int status,
                @NativeType("PCWSTR") Pointer data);
    }

    // ---- layers

    /** Makes a scratch layer: a directory with a formatted {@code sandbox.vhdx}. The second string is always null. */
    int CreateSandboxLayer(
            DriverInfo info,
            String id,
            String unusedParent,
            @NativeType("WC_LAYER_DESCRIPTOR*") LayerDescriptor[] parents,
            @NativeType("ULONG") int parentCount);

    /** Sets the size of a scratch layer's disk in bytes. */
    int ExpandSandboxSize(DriverInfo info, String id, @NativeType("UINT64") long bytes);

    /** Attaches the disk of a scratch layer. */
    int ActivateLayer(DriverInfo info, String id);

    /** Detaches the disk of a scratch layer. */
    int DeactivateLayer(DriverInfo info, String id);

    /** Attaches the filter that merges a scratch layer with its parents. One call at a time in the whole process. */
    int PrepareLayer(
            DriverInfo info,
            String id,
            @NativeType("WC_LAYER_DESCRIPTOR*") LayerDescriptor[] parents,
            @NativeType("ULONG") int parentCount);

    /** Detaches the filter. */
    int UnprepareLayer(DriverInfo info, String id);

    /**
     * The volume of an activated scratch layer, such as <code>\\?\Volume{...}</code>, with or without a backslash at the end.
     *
     * @param length in and out: characters including the NUL
     * @param buffer null to ask for the length
     */
    int GetLayerMountPath(
            DriverInfo info,
            String id,
            @NativeType("SIZE_T*") LongByReference length,
            @NativeType("PWSTR") char[] buffer);

    /** Makes a layer directory from a folder in transport format; whiteouts, hard links and directory times are not done. */
    int ImportLayer(
            DriverInfo info,
            String id,
            String importFolder,
            @NativeType("WC_LAYER_DESCRIPTOR*") LayerDescriptor[] parents,
            @NativeType("ULONG") int parentCount);

    /** Writes what a scratch layer changed into a folder in transport format; activated, and no filter attached. */
    int ExportLayer(
            DriverInfo info,
            String id,
            String exportFolder,
            @NativeType("WC_LAYER_DESCRIPTOR*") LayerDescriptor[] parents,
            @NativeType("ULONG") int parentCount);

    /**
     * Deletes a layer directory with high privilege. While a child of the layer is mounted it raises an exception that ends the
     * process.
     */
    int DestroyLayer(DriverInfo info, String id);

    int LayerExists(DriverInfo info, String id, @NativeType("DWORD*") IntByReference exists);

    /** The id that Windows gives to a layer directory of this name. */
    int NameToGuid(String name, Guid id);

    /** Makes a base layer usable once all its files are there. */
    int ProcessBaseImage(String path);

    /** Makes the {@code UtilityVM} directory of a layer usable. */
    int ProcessUtilityImage(String path);

    // ---- systems

    int HcsCreateComputeSystem(
            String id,
            String configuration,
            @NativeType("HANDLE") Pointer identity,
            @NativeType("HCS_SYSTEM*") PointerByReference computeSystem,
            @NativeType("PWSTR*") PointerByReference result);

    int HcsCloseComputeSystem(@NativeType("HCS_SYSTEM") Pointer computeSystem);

    int HcsStartComputeSystem(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            String options,
            @NativeType("PWSTR*") PointerByReference result);

    int HcsShutdownComputeSystem(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            String options,
            @NativeType("PWSTR*") PointerByReference result);

    int HcsTerminateComputeSystem(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            String options,
            @NativeType("PWSTR*") PointerByReference result);

    /** The callback must stay strongly referenced until it is unregistered. */
    int HcsRegisterComputeSystemCallback(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            Notification callback,
            @NativeType("void*") Pointer context,
            @NativeType("HCS_CALLBACK*") PointerByReference registration);

    /** Ends a registration and waits for a callback that is running. */
    int HcsUnregisterComputeSystemCallback(@NativeType("HCS_CALLBACK") Pointer registration);

    /** The standard handles in the information belong to the caller. */
    int HcsCreateProcess(
            @NativeType("HCS_SYSTEM") Pointer computeSystem,
            String processParameters,
            ProcessInformation processInformation,
            @NativeType("HCS_PROCESS*") PointerByReference process,
            @NativeType("PWSTR*") PointerByReference result);

    int HcsCloseProcess(@NativeType("HCS_PROCESS") Pointer process);

    int HcsModifyProcess(
            @NativeType("HCS_PROCESS") Pointer process,
            String settings,
            @NativeType("PWSTR*") PointerByReference result);

    /** A ProcessStatus document. */
    int HcsGetProcessProperties(
            @NativeType("HCS_PROCESS") Pointer process,
            @NativeType("PWSTR*") PointerByReference properties,
            @NativeType("PWSTR*") PointerByReference result);

    int HcsRegisterProcessCallback(
            @NativeType("HCS_PROCESS") Pointer process,
            Notification callback,
            @NativeType("void*") Pointer context,
            @NativeType("HCS_CALLBACK*") PointerByReference registration);

    /** Ends a registration and waits for a callback that is running. */
    int HcsUnregisterProcessCallback(@NativeType("HCS_CALLBACK") Pointer registration);
}
