package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;

/** MIB_IPFORWARD_ROW2: one route. Source: netioapi.h. */
@NativeType("MIB_IPFORWARD_ROW2")
@Structure.FieldOrder({
    "InterfaceLuid",
    "InterfaceIndex",
    "DestinationPrefix",
    "PrefixLength",
    "NextHop",
    "SitePrefixLength",
    "ValidLifetime",
    "PreferredLifetime",
    "Metric",
    "Protocol",
    "Loopback",
    "AutoconfigureAddress",
    "Publish",
    "Immortal",
    "Age",
    "Origin"
})
public final class RouteRow extends Structure {
    public long InterfaceLuid;
    public int InterfaceIndex;

    /** A SOCKADDR_INET of 28 bytes, made of ints: family in the lower half of the first, an IPv4 address in the second. */
    @NativeType("DestinationPrefix.Prefix")
    public int[] DestinationPrefix = new int[7];

    @NativeType("DestinationPrefix.PrefixLength")
    public byte PrefixLength;

    public int[] NextHop = new int[7];
    public byte SitePrefixLength;
    public int ValidLifetime;
    public int PreferredLifetime;
    public int Metric;
    public int Protocol;
    public byte Loopback;
    public byte AutoconfigureAddress;
    public byte Publish;
    public byte Immortal;
    public int Age;
    public int Origin;

    /** Reads the structure at an address. */
    public RouteRow(Pointer address) {
        super(address);
        read();
    }

    public RouteRow() {}
}
