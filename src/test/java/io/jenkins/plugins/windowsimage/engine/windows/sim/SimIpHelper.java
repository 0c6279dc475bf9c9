package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.AdapterAddresses;
import io.jenkins.plugins.windowsimage.engine.windows.api.DnsServerAddress;
import io.jenkins.plugins.windowsimage.engine.windows.api.IpHelper;
import io.jenkins.plugins.windowsimage.engine.windows.api.RouteRow;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import java.util.ArrayList;
import java.util.List;

/** iphlpapi.dll: routes and name servers that a test sets up. */
public final class SimIpHelper implements IpHelper {
    private final SimWindows windows;
    private final List<Route> routes = new ArrayList<>();
    private final List<Adapter> adapters = new ArrayList<>();

    private record Route(String address, int length, int interfaceIndex, int metric) {}

    private record Adapter(int index, boolean up, String suffix, List<String> servers) {}

    SimIpHelper(SimWindows windows) {
        this.windows = windows;
    }

    /** A route; the default route has address 0.0.0.0 and length 0. */
    public void addRoute(String address, int length, int interfaceIndex, int metric) {
        routes.add(new Route(address, length, interfaceIndex, metric));
    }

    public void addAdapter(int index, boolean up, String suffix, String... servers) {
        adapters.add(new Adapter(index, up, suffix, List.of(servers)));
    }

    /** An IPv4 address as it lies in memory. */
    private static int inMemory(String dotted) {
        int address = 0;
        for (String part : dotted.split("\\.")) {
            address = address << 8 | Integer.parseInt(part);
        }
        return Integer.reverseBytes(address);
    }

    @Override
    public int GetIpForwardTable2(short family, PointerByReference table) {
        int rowSize = new RouteRow().size();
        Memory memory = new Memory(8 + (long) rowSize * Math.max(1, routes.size()));
        memory.clear();
        memory.setInt(0, routes.size());
        for (int i = 0; i < routes.size(); i++) {
            RouteRow row = new RouteRow(memory.share(8 + (long) i * rowSize));
            row.InterfaceIndex = routes.get(i).interfaceIndex;
            row.Metric = routes.get(i).metric;
            row.DestinationPrefix[0] = AF_INET;
            row.DestinationPrefix[1] = inMemory(routes.get(i).address);
            row.PrefixLength = (byte) routes.get(i).length;
            row.write();
        }
        table.setValue(windows.memory().keep(SimMemory.Kind.MIB, memory, "route table"));
        return WinError.ERROR_SUCCESS;
    }

    @Override
    public void FreeMibTable(Pointer table) {
        windows.memory().free(SimMemory.Kind.MIB, table);
    }

    @Override
    public int GetAdaptersAddresses(int family, int flags, Pointer reserved, Pointer addresses, IntByReference size) {
        if (adapters.isEmpty()) {
            return WinError.ERROR_NO_DATA;
        }
        int needed = new Layout(null).fill();
        if (size.getValue() < needed || addresses == null) {
            size.setValue(needed);
            return WinError.ERROR_BUFFER_OVERFLOW;
        }
        new Layout(addresses).fill();
        return WinError.ERROR_SUCCESS;
    }

    /** Lays the adapters out in a buffer, or only counts when there is none. */
    private final class Layout {
        private final Pointer buffer;
        private int used;

        Layout(Pointer buffer) {
            this.buffer = buffer;
        }

        int fill() {
            for (int i = 0; i < adapters.size(); i++) {
                adapter(adapters.get(i), i == adapters.size() - 1);
            }
            return used;
        }

        private Pointer take(int bytes) {
            int at = used;
            used += (bytes + 7) / 8 * 8;
            return buffer == null ? null : buffer.share(at, bytes);
        }

        private void adapter(Adapter adapter, boolean last) {
            // As large as the real structure, of which only the first part is declared.
            Pointer at = take(448);
            Pointer suffix = take((adapter.suffix.length() + 1) * 2);
            Pointer first = servers(adapter.servers, 0);
            if (buffer == null) {
                return;
            }
            byte[] characters = (adapter.suffix + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
            suffix.write(0, characters, 0, characters.length);
            at.clear(448);
            AdapterAddresses written = new AdapterAddresses(at);
            written.Length = 448;
            written.IfIndex = adapter.index;
            written.OperStatus = adapter.up ? IF_OPER_STATUS_UP : 2;
            written.DnsSuffix = suffix;
            written.FirstDnsServerAddress = first;
            written.Next = last ? null : buffer.share(used);
            written.write();
        }

        private Pointer servers(List<String> servers, int index) {
            if (index == servers.size()) {
                return null;
            }
            Pointer at = take(new DnsServerAddress().size());
            Pointer socket = take(16);
            Pointer next = servers(servers, index + 1);
            if (buffer != null) {
                at.clear(new DnsServerAddress().size());
                socket.clear(16);
                socket.setShort(0, AF_INET);
                socket.setInt(4, inMemory(servers.get(index)));
                DnsServerAddress written = new DnsServerAddress(at);
                written.Next = next;
                written.lpSockaddr = socket;
                written.iSockaddrLength = 16;
                written.write();
            }
            return at;
        }
    }
}
