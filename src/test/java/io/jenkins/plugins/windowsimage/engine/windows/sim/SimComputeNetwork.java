package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.windows.api.ComputeNetwork;
import io.jenkins.plugins.windowsimage.engine.windows.api.Guid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** computenetwork.dll: networks, endpoints that hold addresses, namespaces that are used once. */
public final class SimComputeNetwork implements ComputeNetwork {
    private static final int NETWORK_NOT_FOUND = 0x803B0001;
    private static final int ENDPOINT_NOT_FOUND = 0x803B0002;
    private static final int NETWORK_EXISTS = 0x803B0010;
    private static final int INVALID_JSON = 0x803B001B;
    private static final int ALREADY_IN_NAMESPACE = 0x803B002B;
    private static final int IN_USE = 0x803B002C;
    private static final int ATTACH_FAILED = 0x803B002E;
    private static final int NO_ADDRESS = 0x803B002F;
    private static final int NOT_FOUND = 0x80070490;
    private static final int INVALID_HANDLE = 0x80070006;
    private static final int ADDRESSES = 3;

    private final SimWindows windows;
    private final Map<UUID, Network> networks = new LinkedHashMap<>();
    private final Map<UUID, Endpoint> endpoints = new LinkedHashMap<>();
    private final Map<UUID, Namespace> namespaces = new LinkedHashMap<>();

    private record Network(UUID id, String name, String type, String prefix, String gateway) {}

    private static final class Endpoint {
        final UUID id;
        final String name;
        final Network network;
        final String dns;
        Namespace namespace;

        Endpoint(UUID id, String name, Network network, String dns) {
            this.id = id;
            this.name = name;
            this.network = network;
            this.dns = dns;
        }
    }

    private static final class Namespace {
        final UUID id;
        boolean used;

        Namespace(UUID id) {
            this.id = id;
        }
    }

    private interface Work {
        void run() throws SimCompute.Failure;
    }

    SimComputeNetwork(SimWindows windows) {
        this.windows = windows;
    }

    // ---- what a test sets up and asks

    /** Puts a network there. */
    public void addNetwork(String name, String type, String prefix, String gateway) {
        synchronized (windows.lock) {
            UUID id = UUID.randomUUID();
            networks.put(id, new Network(id, name, type, prefix, gateway));
        }
    }

    /** Puts an endpoint there that another program, or a dead process, made, in a namespace unless that is null. */
    public void plantEndpoint(UUID id, String name, UUID namespace) {
        synchronized (windows.lock) {
            Endpoint endpoint = new Endpoint(id, name, networks.values().iterator().next(), "");
            if (namespace != null) {
                endpoint.namespace = new Namespace(namespace);
                namespaces.put(namespace, endpoint.namespace);
            }
            endpoints.put(id, endpoint);
        }
    }

    /** Names and address prefixes of the networks. */
    public List<String> networkNames() {
        synchronized (windows.lock) {
            return networks.values().stream().map(network -> network.name + " " + network.prefix).toList();
        }
    }

    public Set<String> endpointNames() {
        synchronized (windows.lock) {
            return endpoints.values().stream().map(endpoint -> endpoint.name).collect(Collectors.toSet());
        }
    }

    public Set<UUID> namespaceIds() {
        synchronized (windows.lock) {
            return Set.copyOf(namespaces.keySet());
        }
    }

    // ---- for the compute service

    /** A container is created in a namespace; returns the DNS servers of its endpoints. Called with the lock held. */
    List<String> useNamespace(String id) throws SimCompute.Failure {
        Namespace namespace = namespaces.get(UUID.fromString(id));
        if (namespace == null) {
            throw new SimCompute.Failure(NOT_FOUND, "no namespace " + id);
        }
        if (namespace.used) {
            throw new SimCompute.Failure(ATTACH_FAILED, "the namespace was used before");
        }
        namespace.used = true;
        List<String> found = new ArrayList<>();
        for (Endpoint endpoint : endpoints.values()) {
            if (endpoint.namespace == namespace) {
                found.add(endpoint.network.name + " " + endpoint.dns);
            }
        }
        return found;
    }

    /** A virtual machine is created with an endpoint; returns its DNS servers. Called with the lock held. */
    String useEndpoint(String id) throws SimCompute.Failure {
        Endpoint endpoint = endpoints.get(UUID.fromString(id));
        if (endpoint == null) {
            throw new SimCompute.Failure(ENDPOINT_NOT_FOUND, "no endpoint " + id);
        }
        return endpoint.network.name + " " + endpoint.dns;
    }

    /** Endpoints and namespaces that are there still. */
    List<String> problems() {
        synchronized (windows.lock) {
            List<String> problems = new ArrayList<>();
            endpoints.values().forEach(endpoint -> problems.add("endpoint left: " + endpoint.name));
            namespaces.keySet().forEach(namespace -> problems.add("namespace left: " + namespace));
            return problems;
        }
    }

    // ---- the calls

    private int call(PointerByReference errorRecord, Work work) {
        synchronized (windows.lock) {
            try {
                work.run();
                return 0;
            } catch (SimCompute.Failure e) {
                String record = "{\"Success\":false,\"Error\":\"%s\",\"ErrorCode\":%d}"
                        .formatted(e.getMessage(), Integer.toUnsignedLong(e.code));
                give(errorRecord, record);
                return e.code;
            }
        }
    }

    private void give(PointerByReference out, String document) {
        out.setValue(windows.memory().string(SimMemory.Kind.TASK, document));
    }

    private static JsonNode read(SimSchema schema, String document) throws SimCompute.Failure {
        try {
            return schema.read(document);
        } catch (SimSchema.Refused e) {
            throw new SimCompute.Failure(INVALID_JSON, e.getMessage());
        }
    }

    private void list(String query, Set<UUID> ids, PointerByReference out) throws SimCompute.Failure {
        read(SimSchemas.NETWORK_QUERY, query);
        give(out, ids.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(",", "[", "]")));
    }

    private <T> T use(Pointer handle, Class<T> type, String call) throws SimCompute.Failure {
        T target = windows.handles().use(handle, type, call);
        if (target == null) {
            throw new SimCompute.Failure(INVALID_HANDLE, call);
        }
        return target;
    }

    private static <T> T find(Map<UUID, T> objects, Guid id, int code) throws SimCompute.Failure {
        T object = objects.get(id.toUuid());
        if (object == null) {
            throw new SimCompute.Failure(code, "no object " + id.toUuid());
        }
        return object;
    }

    private int close(Pointer handle, Class<?> type, String call) {
        return windows.handles().close(handle, type, call) == null ? INVALID_HANDLE : 0;
    }

    @Override
    public int HcnEnumerateNetworks(String query, PointerByReference out, PointerByReference error) {
        return call(error, () -> list(query, networks.keySet(), out));
    }

    @Override
    public int HcnCreateNetwork(Guid id, String settings, PointerByReference network, PointerByReference error) {
        return call(error, () -> {
            JsonNode root = read(SimSchemas.NETWORK, settings);
            String name = root.get("Name").asText();
            if (networks.values().stream().anyMatch(each -> each.name.equalsIgnoreCase(name))) {
                throw new SimCompute.Failure(NETWORK_EXISTS, "the network exists");
            }
            JsonNode subnet = root.at("/Ipams/0/Subnets/0");
            Network made = new Network(id.toUuid(), name, root.get("Type").asText(),
                    subnet.path("IpAddressPrefix").asText(), subnet.at("/Routes/0/NextHop").asText());
            networks.put(made.id, made);
            network.setValue(windows.handles().open("network", made));
        });
    }

    @Override
    public int HcnOpenNetwork(Guid id, PointerByReference network, PointerByReference error) {
        return call(error, () ->
                network.setValue(windows.handles().open("network", find(networks, id, NETWORK_NOT_FOUND))));
    }

    @Override
    public int HcnQueryNetworkProperties(
            Pointer network, String query, PointerByReference properties, PointerByReference error) {
        return call(error, () -> {
            read(SimSchemas.NETWORK_QUERY, query);
            Network found = use(network, Network.class, "HcnQueryNetworkProperties");
            String routes = found.gateway == null
                    ? "[]"
                    : "[{\"NextHop\":\"%s\",\"DestinationPrefix\":\"0.0.0.0/0\"}]".formatted(found.gateway);
            give(properties, ("{\"ID\":\"%s\",\"Name\":\"%s\",\"Type\":\"%s\",\"Flags\":0,\"Ipams\":[{\"Type\":\"Static\","
                            + "\"Subnets\":[{\"IpAddressPrefix\":\"%s\",\"Routes\":%s}]}]}")
                    .formatted(found.id, found.name, found.type, found.prefix, routes));
        });
    }

    @Override
    public int HcnCloseNetwork(Pointer network) {
        return close(network, Network.class, "HcnCloseNetwork");
    }

    @Override
    public int HcnCreateNamespace(Guid id, String settings, PointerByReference namespace, PointerByReference error) {
        return call(error, () -> {
            read(SimSchemas.NAMESPACE, settings);
            Namespace made = new Namespace(id.toUuid());
            namespaces.put(made.id, made);
            namespace.setValue(windows.handles().open("namespace", made));
        });
    }

    @Override
    public int HcnOpenNamespace(Guid id, PointerByReference namespace, PointerByReference error) {
        return call(error, () ->
                namespace.setValue(windows.handles().open("namespace", find(namespaces, id, NOT_FOUND))));
    }

    @Override
    public int HcnModifyNamespace(Pointer handle, String settings, PointerByReference error) {
        return call(error, () -> {
            JsonNode root = read(SimSchemas.MODIFY_NAMESPACE, settings);
            Namespace namespace = use(handle, Namespace.class, "HcnModifyNamespace");
            Endpoint endpoint = endpoints.get(UUID.fromString(root.at("/Settings/EndpointId").asText()));
            if (endpoint == null) {
                throw new SimCompute.Failure(ENDPOINT_NOT_FOUND, "no endpoint");
            }
            if (root.get("RequestType").asText().equals("Remove")) {
                endpoint.namespace = null;
            } else if (endpoint.namespace != null) {
                throw new SimCompute.Failure(ALREADY_IN_NAMESPACE, "the endpoint is in a namespace");
            } else {
                endpoint.namespace = namespace;
            }
        });
    }

    @Override
    public int HcnQueryNamespaceProperties(
            Pointer namespace, String query, PointerByReference properties, PointerByReference error) {
        return call(error, () -> {
            read(SimSchemas.NETWORK_QUERY, query);
            Namespace found = use(namespace, Namespace.class, "HcnQueryNamespaceProperties");
            give(properties, "{\"ID\":\"%s\",\"NamespaceId\":2,\"Type\":\"Host\"}".formatted(found.id));
        });
    }

    @Override
    public int HcnDeleteNamespace(Guid id, PointerByReference error) {
        return call(error, () -> {
            Namespace namespace = find(namespaces, id, NOT_FOUND);
            if (endpoints.values().stream().anyMatch(endpoint -> endpoint.namespace == namespace)) {
                throw new SimCompute.Failure(IN_USE, "the namespace has endpoints");
            }
            namespaces.remove(namespace.id);
        });
    }

    @Override
    public int HcnCloseNamespace(Pointer namespace) {
        return close(namespace, Namespace.class, "HcnCloseNamespace");
    }

    @Override
    public int HcnEnumerateEndpoints(String query, PointerByReference out, PointerByReference error) {
        return call(error, () -> list(query, endpoints.keySet(), out));
    }

    @Override
    public int HcnCreateEndpoint(
            Pointer network, Guid id, String settings, PointerByReference endpoint, PointerByReference error) {
        return call(error, () -> {
            JsonNode root = read(SimSchemas.ENDPOINT, settings);
            Network on = use(network, Network.class, "HcnCreateEndpoint");
            if (!root.get("HostComputeNetwork").asText().equals(on.id.toString())) {
                throw new SimCompute.Failure(INVALID_JSON, "HostComputeNetwork is another network");
            }
            if (endpoints.values().stream().filter(each -> each.network == on).count() == ADDRESSES) {
                throw new SimCompute.Failure(NO_ADDRESS, "no address left");
            }
            List<String> servers = new ArrayList<>();
            root.at("/Dns/ServerList").forEach(server -> servers.add(server.asText()));
            Endpoint made = new Endpoint(id.toUuid(), root.get("Name").asText(), on, String.join(" ", servers));
            endpoints.put(made.id, made);
            endpoint.setValue(windows.handles().open("endpoint", made));
        });
    }

    @Override
    public int HcnOpenEndpoint(Guid id, PointerByReference endpoint, PointerByReference error) {
        return call(error, () ->
                endpoint.setValue(windows.handles().open("endpoint", find(endpoints, id, ENDPOINT_NOT_FOUND))));
    }

    @Override
    public int HcnQueryEndpointProperties(
            Pointer endpoint, String query, PointerByReference properties, PointerByReference error) {
        return call(error, () -> {
            read(SimSchemas.NETWORK_QUERY, query);
            Endpoint found = use(endpoint, Endpoint.class, "HcnQueryEndpointProperties");
            give(properties, "{\"ID\":\"%s\",\"Name\":\"%s\",\"HostComputeNetwork\":\"%s\"}"
                    .formatted(found.id, found.name, found.network.id));
        });
    }

    @Override
    public int HcnDeleteEndpoint(Guid id, PointerByReference error) {
        return call(error, () -> endpoints.remove(find(endpoints, id, ENDPOINT_NOT_FOUND).id));
    }

    @Override
    public int HcnCloseEndpoint(Pointer endpoint) {
        return close(endpoint, Endpoint.class, "HcnCloseEndpoint");
    }
}
