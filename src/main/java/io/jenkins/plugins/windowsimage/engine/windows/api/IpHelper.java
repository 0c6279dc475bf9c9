package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * iphlpapi.dll: routes and name servers of the host. The functions return a Win32 error code. Source: iphlpapi.h and netioapi.h.
 */
public interface IpHelper extends StdCallLibrary {
    short AF_UNSPEC = 0;
    short AF_INET = 2;

    int GAA_FLAG_SKIP_UNICAST = 0x0001;
    int GAA_FLAG_SKIP_ANYCAST = 0x0002;
    int GAA_FLAG_SKIP_MULTICAST = 0x0004;

    /** Value of {@link AdapterAddresses#OperStatus} of an adapter that works. */
    @NativeType("IfOperStatusUp")
    int IF_OPER_STATUS_UP = 1;

    /**
     * The adapters as a linked list in the buffer.
     *
     * @param size in and out: bytes; too few give ERROR_BUFFER_OVERFLOW
     */
    @NativeType("ULONG")
    int GetAdaptersAddresses(
            @NativeType("ULONG") int family,
            @NativeType("ULONG") int flags,
            @NativeType("PVOID") Pointer reserved,
            @NativeType("PIP_ADAPTER_ADDRESSES") Pointer addresses,
            @NativeType("PULONG") IntByReference size);

    /**
     * The routes.
     *
     * @param table receives a MIB_IPFORWARD_TABLE2: count at 0, {@link RouteRow}s from 8; freed with {@link #FreeMibTable}
     */
    @NativeType("NETIO_STATUS")
    int GetIpForwardTable2(
            @NativeType("ADDRESS_FAMILY") short family,
            @NativeType("PMIB_IPFORWARD_TABLE2*") PointerByReference table);

    void FreeMibTable(@NativeType("PVOID") Pointer table);
}
