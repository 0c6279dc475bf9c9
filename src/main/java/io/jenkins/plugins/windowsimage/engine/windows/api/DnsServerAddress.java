package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/** IP_ADAPTER_DNS_SERVER_ADDRESS_XP: one name server of an adapter. Source: iptypes.h. */
@NativeType("IP_ADAPTER_DNS_SERVER_ADDRESS_XP")
@Structure.FieldOrder({"Length", "Reserved", "Next", "lpSockaddr", "iSockaddrLength"})
public final class DnsServerAddress extends Structure {
    public int Length;
    public int Reserved;
    public Pointer Next;

    /** A SOCKADDR: family at 0; for IPv4 the address at 4, for IPv6 at 8. */
    @NativeType("Address.lpSockaddr")
    public Pointer lpSockaddr;

    @NativeType("Address.iSockaddrLength")
    public int iSockaddrLength;

    /** Reads the structure at an address. */
    public DnsServerAddress(Pointer address) {
        super(address);
        read();
    }

    public DnsServerAddress() {}
}
