/*
 * vmcompute.dll, which no header of Windows or mingw-w64 declares. Source of every line: hcsshim, internal/wclayer (layers) and
 * internal/vmcompute (systems); the layer functions agree with dotnet-computevirtualization, ContainerStorage.cs.
 * Its Hcs functions have the names of computecore.dll's, so the two are never included together.
 */
typedef struct DriverInfo {
    int Flavour;
    PCWSTR HomeDir;
} DriverInfo;

typedef struct WC_LAYER_DESCRIPTOR {
    GUID LayerId;
    ULONG Flags;
    PCWSTR Path;
} WC_LAYER_DESCRIPTOR;

HRESULT WINAPI CreateSandboxLayer(DriverInfo*, PCWSTR, PCWSTR, WC_LAYER_DESCRIPTOR*, ULONG);
HRESULT WINAPI ExpandSandboxSize(DriverInfo*, PCWSTR, UINT64);
HRESULT WINAPI ActivateLayer(DriverInfo*, PCWSTR);
HRESULT WINAPI DeactivateLayer(DriverInfo*, PCWSTR);
HRESULT WINAPI PrepareLayer(DriverInfo*, PCWSTR, WC_LAYER_DESCRIPTOR*, ULONG);
HRESULT WINAPI UnprepareLayer(DriverInfo*, PCWSTR);
HRESULT WINAPI GetLayerMountPath(DriverInfo*, PCWSTR, SIZE_T*, PWSTR);
HRESULT WINAPI ImportLayer(DriverInfo*, PCWSTR, PCWSTR, WC_LAYER_DESCRIPTOR*, ULONG);
HRESULT WINAPI ExportLayer(DriverInfo*, PCWSTR, PCWSTR, WC_LAYER_DESCRIPTOR*, ULONG);
HRESULT WINAPI DestroyLayer(DriverInfo*, PCWSTR);
HRESULT WINAPI LayerExists(DriverInfo*, PCWSTR, DWORD*);
HRESULT WINAPI NameToGuid(PCWSTR, GUID*);
HRESULT WINAPI ProcessBaseImage(PCWSTR);
HRESULT WINAPI ProcessUtilityImage(PCWSTR);

HRESULT WINAPI HcsCreateComputeSystem(PCWSTR, PCWSTR, HANDLE, HCS_SYSTEM*, PWSTR*);
HRESULT WINAPI HcsCloseComputeSystem(HCS_SYSTEM);
HRESULT WINAPI HcsStartComputeSystem(HCS_SYSTEM, PCWSTR, PWSTR*);
HRESULT WINAPI HcsShutdownComputeSystem(HCS_SYSTEM, PCWSTR, PWSTR*);
HRESULT WINAPI HcsTerminateComputeSystem(HCS_SYSTEM, PCWSTR, PWSTR*);
HRESULT WINAPI HcsRegisterComputeSystemCallback(HCS_SYSTEM, HCS_NOTIFICATION_CALLBACK, void*, HCS_CALLBACK*);
HRESULT WINAPI HcsUnregisterComputeSystemCallback(HCS_CALLBACK);
HRESULT WINAPI HcsCreateProcess(HCS_SYSTEM, PCWSTR, HCS_PROCESS_INFORMATION*, HCS_PROCESS*, PWSTR*);
HRESULT WINAPI HcsCloseProcess(HCS_PROCESS);
HRESULT WINAPI HcsModifyProcess(HCS_PROCESS, PCWSTR, PWSTR*);
HRESULT WINAPI HcsGetProcessProperties(HCS_PROCESS, PWSTR*, PWSTR*);
HRESULT WINAPI HcsRegisterProcessCallback(HCS_PROCESS, HCS_NOTIFICATION_CALLBACK, void*, HCS_CALLBACK*);
HRESULT WINAPI HcsUnregisterProcessCallback(HCS_CALLBACK);
