package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/**
 * The first part of IP_ADAPTER_ADDRESSES_LH, as far as name servers need it; the real structure goes on. Source: iptypes.h.
 */
@NativeType("IP_ADAPTER_ADDRESSES_LH")
@Structure.FieldOrder({
    "Length",
    "IfIndex",
    "Next",
    "AdapterName",
    "FirstUnicastAddress",
    "FirstAnycastAddress",
    "FirstMulticastAddress",
    "FirstDnsServerAddress",
    "DnsSuffix",
    "Description",
    "FriendlyName",
    "PhysicalAddress",
    "PhysicalAddressLength",
    "Flags",
    "Mtu",
    "IfType",
    "OperStatus"
})
public final class AdapterAddresses extends Structure {
    public int Length;
    public int IfIndex;
    public Pointer Next;
    public Pointer AdapterName;
    public Pointer FirstUnicastAddress;
    public Pointer FirstAnycastAddress;
    public Pointer FirstMulticastAddress;

    /** A {@link DnsServerAddress}, or null. */
    public Pointer FirstDnsServerAddress;

    /** Wide characters. */
    public Pointer DnsSuffix;

    public Pointer Description;
    public Pointer FriendlyName;
    public byte[] PhysicalAddress = new byte[8];
    public int PhysicalAddressLength;
    public int Flags;
    public int Mtu;
    public int IfType;
    public int OperStatus;

    /** Reads the structure at an address. */
    public AdapterAddresses(Pointer address) {
        super(address);
        read();
    }

    public AdapterAddresses() {}
}
