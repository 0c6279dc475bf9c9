package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.AdapterAddresses;
import io.jenkins.plugins.windowsimage.engine.windows.api.DnsServerAddress;
import io.jenkins.plugins.windowsimage.engine.windows.api.IpHelper;
import io.jenkins.plugins.windowsimage.engine.windows.api.RouteRow;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Routes and name servers of this host. */
final class HostAddresses {
    /** Offset of the first row of a route table. */
    private static final int FIRST_ROW = 8;

    private static final int ATTEMPTS = 4;

    private final IpHelper ipHelper;

    HostAddresses(IpHelper ipHelper) {
        this.ipHelper = ipHelper;
    }

    /**
     * Name servers and suffixes that a container is given.
     *
     * @param servers IPv4 addresses
     * @param suffixes DNS suffixes
     */
    record Dns(List<String> servers, List<String> suffixes) {}

    private record Route(Ipv4Prefix destination, int interfaceIndex, long metric) {}

    private record Adapter(int index, Dns dns) {}

    /** What the host's routes lead to, without its default route. */
    List<Ipv4Prefix> destinations() {
        return routes().stream()
                .map(Route::destination)
                .filter(destination -> destination.length() > 0)
                .toList();
    }

    /**
     * The host's name servers: of the adapter with the best default route first, then of the others; without those that a
     * container cannot reach (loopback, link-local).
     */
    Dns dns() {
        List<Integer> preferred = routes().stream()
                .filter(route -> route.destination.length() == 0)
                .sorted(Comparator.comparingLong(Route::metric))
                .map(Route::interfaceIndex)
                .toList();
        Set<String> servers = new LinkedHashSet<>();
        Set<String> suffixes = new LinkedHashSet<>();
        adapters().stream()
                .sorted(Comparator.comparingInt(adapter -> rank(preferred, adapter.index)))
                .forEach(adapter -> {
                    servers.addAll(adapter.dns.servers);
                    suffixes.addAll(adapter.dns.suffixes);
                });
        return new Dns(List.copyOf(servers), List.copyOf(suffixes));
    }

    private static int rank(List<Integer> preferred, int index) {
        int position = preferred.indexOf(index);
        return position < 0 ? preferred.size() : position;
    }

    private List<Route> routes() {
        PointerByReference out = new PointerByReference();
        int result = ipHelper.GetIpForwardTable2(IpHelper.AF_INET, out);
        if (result != WinError.ERROR_SUCCESS) {
            throw failed("reading the routes of this host", "GetIpForwardTable2", result);
        }
        Pointer table = out.getValue();
        try {
            List<Route> routes = new ArrayList<>();
            int rowSize = new RouteRow().size();
            for (int i = 0; i < table.getInt(0); i++) {
                RouteRow row = new RouteRow(table.share(FIRST_ROW + (long) i * rowSize));
                int address = Integer.reverseBytes(row.DestinationPrefix[1]);
                routes.add(new Route(new Ipv4Prefix(address, row.PrefixLength), row.InterfaceIndex,
                        Integer.toUnsignedLong(row.Metric)));
            }
            return routes;
        } finally {
            ipHelper.FreeMibTable(table);
        }
    }

    private List<Adapter> adapters() {
        int flags = IpHelper.GAA_FLAG_SKIP_UNICAST
                | IpHelper.GAA_FLAG_SKIP_ANYCAST
                | IpHelper.GAA_FLAG_SKIP_MULTICAST;
        IntByReference size = new IntByReference(16 << 10);
        int result = WinError.ERROR_BUFFER_OVERFLOW;
        for (int i = 0; i < ATTEMPTS && result == WinError.ERROR_BUFFER_OVERFLOW; i++) {
            try (Memory buffer = new Memory(size.getValue())) {
                result = ipHelper.GetAdaptersAddresses(IpHelper.AF_INET, flags, null, buffer, size);
                if (result == WinError.ERROR_SUCCESS) {
                    return list(buffer);
                }
            }
        }
        if (result == WinError.ERROR_NO_DATA) {
            return List.of();
        }
        throw failed("reading the name servers of this host", "GetAdaptersAddresses", result);
    }

    private static List<Adapter> list(Pointer first) {
        List<Adapter> adapters = new ArrayList<>();
        for (Pointer next = first; next != null; ) {
            AdapterAddresses adapter = new AdapterAddresses(next);
            if (adapter.OperStatus == IpHelper.IF_OPER_STATUS_UP) {
                String suffix = Utf16.read(adapter.DnsSuffix);
                adapters.add(new Adapter(adapter.IfIndex,
                        new Dns(servers(adapter.FirstDnsServerAddress),
                                suffix == null || suffix.isBlank() ? List.of() : List.of(suffix))));
            }
            next = adapter.Next;
        }
        return adapters;
    }

    private static List<String> servers(Pointer first) {
        List<String> servers = new ArrayList<>();
        for (Pointer next = first; next != null; ) {
            DnsServerAddress server = new DnsServerAddress(next);
            if (server.lpSockaddr != null && server.lpSockaddr.getShort(0) == IpHelper.AF_INET) {
                int address = Integer.reverseBytes(server.lpSockaddr.getInt(4));
                if (isReachable(address)) {
                    servers.add(Ipv4Prefix.dotted(address));
                }
            }
            next = server.Next;
        }
        return servers;
    }

    private static boolean isReachable(int address) {
        Ipv4Prefix host = new Ipv4Prefix(address, 32);
        return address != 0
                && !host.overlaps(Ipv4Prefix.parse("127.0.0.0/8"))
                && !host.overlaps(Ipv4Prefix.parse("169.254.0.0/16"));
    }

    private static WindowsException failed(String step, String call, int code) {
        return new WindowsException(ErrorKind.HOST_NOT_READY, step, call, WinError.hresult(code), null);
    }
}
