package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * advapi32.dll: privileges, services, registry, security descriptors. Functions that return a boolean set the last error.
 * Source: the Windows SDK headers securitybaseapi.h, winsvc.h, winreg.h and sddl.h.
 */
public interface Advapi32 extends StdCallLibrary {
    int TOKEN_QUERY = 0x0008;
    int TOKEN_ADJUST_PRIVILEGES = 0x0020;
    int SE_PRIVILEGE_ENABLED = 0x0002;

    /** Information class of one DWORD: whether the token is elevated. */
    @NativeType("TokenElevation")
    int TOKEN_ELEVATION = 20;

    int SC_MANAGER_CONNECT = 0x0001;
    int SERVICE_QUERY_STATUS = 0x0004;
    int SERVICE_RUNNING = 4;

    /** The root of the machine's registry. */
    Pointer HKEY_LOCAL_MACHINE = Pointer.createConstant(0xFFFFFFFF80000002L);

    int RRF_RT_REG_SZ = 0x00000002;
    int RRF_RT_REG_DWORD = 0x00000010;
    int RRF_RT_ANY = 0x0000FFFF;

    int SDDL_REVISION_1 = 1;

    // ---- privileges

    /** The token is closed with {@link Kernel32#CloseHandle}. */
    boolean OpenProcessToken(
            @NativeType("HANDLE") Pointer process, int access, @NativeType("PHANDLE") PointerByReference token);

    boolean LookupPrivilegeValueW(String system, String name, Luid luid);

    /**
     * True with last error ERROR_NOT_ALL_ASSIGNED means that the token lacks the privilege.
     *
     * @param previous receives what was changed, with a count of 0 if nothing was; may be null
     */
    boolean AdjustTokenPrivileges(
            @NativeType("HANDLE") Pointer token,
            boolean disableAll,
            TokenPrivileges newState,
            int size,
            TokenPrivileges previous,
            @NativeType("PDWORD") IntByReference previousSize);

    boolean GetTokenInformation(
            @NativeType("HANDLE") Pointer token,
            @NativeType("TOKEN_INFORMATION_CLASS") int infoClass,
            @NativeType("LPVOID") IntByReference information,
            int size,
            @NativeType("PDWORD") IntByReference returned);

    // ---- services

    /** Null on failure; closed with {@link #CloseServiceHandle}. */
    @NativeType("SC_HANDLE")
    Pointer OpenSCManagerW(String machine, String database, int access);

    /** Null on failure; closed with {@link #CloseServiceHandle}. */
    @NativeType("SC_HANDLE")
    Pointer OpenServiceW(@NativeType("SC_HANDLE") Pointer manager, String name, int access);

    boolean QueryServiceStatus(@NativeType("SC_HANDLE") Pointer service, ServiceStatus status);

    boolean CloseServiceHandle(@NativeType("SC_HANDLE") Pointer handle);

    // ---- registry

    /**
     * Reads one value.
     *
     * @param flags RRF types that are accepted
     * @param size in and out: bytes
     * @return a Win32 error code
     */
    @NativeType("LSTATUS")
    int RegGetValueW(
            @NativeType("HKEY") Pointer key,
            String subKey,
            String value,
            int flags,
            @NativeType("LPDWORD") IntByReference type,
            @NativeType("PVOID") byte[] data,
            @NativeType("LPDWORD") IntByReference size);

    // ---- security descriptors

    /**
     * Reads an SDDL text, the form that old layers carry.
     *
     * @param descriptor to be freed with {@link Kernel32#LocalFree}
     */
    boolean ConvertStringSecurityDescriptorToSecurityDescriptorW(
            String sddl,
            int revision,
            @NativeType("PSECURITY_DESCRIPTOR*") PointerByReference descriptor,
            @NativeType("PULONG") IntByReference size);
}
