package io.jenkins.plugins.windowsimage.engine.windows.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.Utf16;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.ComputeNetwork;
import io.jenkins.plugins.windowsimage.engine.windows.api.Guid;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The calls to computenetwork.dll with their strings and handles taken care of: documents are read and freed, error records go
 * into the message, handles are closed. Thread-safe.
 */
final class HcnClient {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Asks for everything that HNS knows of an object. */
    private static final String ALL = "{\"SchemaVersion\":{\"Major\":2,\"Minor\":0},\"Flags\":0}";

    private final WindowsApi api;

    HcnClient(WindowsApi api) {
        this.api = api;
    }

    private ComputeNetwork hcn() {
        return api.computeNetwork();
    }

    // ---- networks

    List<UUID> networks() {
        return list("looking for networks", "HcnEnumerateNetworks",
                (out, error) -> hcn().HcnEnumerateNetworks(ALL, out, error));
    }

    NetworkProperties network(UUID id) {
        return withNetwork(id, handle -> read(NetworkProperties.class, document("looking at a network",
                "HcnQueryNetworkProperties",
                (out, error) -> hcn().HcnQueryNetworkProperties(handle, ALL, out, error))));
    }

    void createNetwork(UUID id, Object settings) {
        Pointer handle = handle("making the NAT network", "HcnCreateNetwork",
                (out, error) -> hcn().HcnCreateNetwork(new Guid(id), write(settings), out, error));
        hcn().HcnCloseNetwork(handle);
    }

    private <T> T withNetwork(UUID id, HandleUse<T> use) {
        Pointer handle = handle("opening a network", "HcnOpenNetwork",
                (out, error) -> hcn().HcnOpenNetwork(new Guid(id), out, error));
        try {
            return use.apply(handle);
        } finally {
            hcn().HcnCloseNetwork(handle);
        }
    }

    // ---- endpoints

    void createEndpoint(UUID network, UUID id, Object settings) {
        withNetwork(network, handle -> {
            Pointer endpoint = handle("making the network endpoint", "HcnCreateEndpoint",
                    (out, error) -> hcn().HcnCreateEndpoint(handle, new Guid(id), write(settings), out, error));
            hcn().HcnCloseEndpoint(endpoint);
            return null;
        });
    }

    List<UUID> endpoints() {
        return list("looking for leftover endpoints", "HcnEnumerateEndpoints",
                (out, error) -> hcn().HcnEnumerateEndpoints(ALL, out, error));
    }

    EndpointProperties endpoint(UUID id) {
        final String step = "looking for leftover endpoints";
        Pointer handle = handle(step, "HcnOpenEndpoint",
                (out, error) -> hcn().HcnOpenEndpoint(new Guid(id), out, error));
        try {
            return read(EndpointProperties.class, document(step, "HcnQueryEndpointProperties",
                    (out, error) -> hcn().HcnQueryEndpointProperties(handle, ALL, out, error)));
        } finally {
            hcn().HcnCloseEndpoint(handle);
        }
    }

    void deleteEndpoint(UUID id) {
        delete("removing the network endpoint", "HcnDeleteEndpoint",
                error -> hcn().HcnDeleteEndpoint(new Guid(id), error));
    }

    // ---- namespaces

    /** Makes a namespace; returns its id, which HNS may have chosen itself. */
    UUID createNamespace(UUID id) {
        final String step = "making the network namespace";
        Pointer handle = handle(step, "HcnCreateNamespace",
                (out, error) -> hcn().HcnCreateNamespace(new Guid(id), write(NamespaceSettings.HOST), out, error));
        try {
            NamespaceProperties properties = read(NamespaceProperties.class,
                    document(step, "HcnQueryNamespaceProperties",
                            (out, error) -> hcn().HcnQueryNamespaceProperties(handle, ALL, out, error)));
            return properties.id() == null ? id : properties.id();
        } catch (RuntimeException e) {
            deleteAfter(e, id);
            throw e;
        } finally {
            hcn().HcnCloseNamespace(handle);
        }
    }

    private void deleteAfter(RuntimeException failure, UUID namespace) {
        try {
            deleteNamespace(namespace);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    void attach(UUID namespace, UUID endpoint) {
        modify("attaching the network endpoint", namespace, NamespaceSettings.Change.add(endpoint));
    }

    /** Takes an endpoint out of a namespace; that one of them is gone already is as good. */
    void detach(UUID namespace, UUID endpoint) {
        ignoreGone(() -> modify("detaching the network endpoint", namespace, NamespaceSettings.Change.remove(endpoint)));
    }

    private void modify(String step, UUID namespace, NamespaceSettings.Change change) {
        Pointer handle = handle(step, "HcnOpenNamespace",
                (out, error) -> hcn().HcnOpenNamespace(new Guid(namespace), out, error));
        try {
            call(step, "HcnModifyNamespace", error -> hcn().HcnModifyNamespace(handle, write(change), error));
        } finally {
            hcn().HcnCloseNamespace(handle);
        }
    }

    void deleteNamespace(UUID id) {
        delete("removing the network namespace", "HcnDeleteNamespace",
                error -> hcn().HcnDeleteNamespace(new Guid(id), error));
    }

    // ---- how a call goes

    private interface HandleUse<T> {
        T apply(Pointer handle);
    }

    private interface Call {
        int run(PointerByReference error);
    }

    private interface CallWithResult {
        int run(PointerByReference out, PointerByReference error);
    }

    private void call(String step, String name, Call call) {
        PointerByReference error = new PointerByReference();
        int result = call.run(error);
        String record = take(error);
        if (result < 0) {
            throw new WindowsException(ErrorKind.HOST_NOT_READY, step, name, result, ErrorRecord.describe(JSON, record));
        }
    }

    /** Deletes; that it is gone already is as good. */
    private void delete(String step, String name, Call call) {
        ignoreGone(() -> call(step, name, call));
    }

    private static void ignoreGone(Runnable work) {
        try {
            work.run();
        } catch (WindowsException e) {
            if (!HcnError.isGone(e.code())) {
                throw e;
            }
        }
    }

    private Pointer handle(String step, String name, CallWithResult call) {
        PointerByReference out = new PointerByReference();
        call(step, name, error -> call.run(out, error));
        return out.getValue();
    }

    private String document(String step, String name, CallWithResult call) {
        PointerByReference out = new PointerByReference();
        try {
            call(step, name, error -> call.run(out, error));
        } catch (WindowsException e) {
            take(out);
            throw e;
        }
        return take(out);
    }

    private List<UUID> list(String step, String name, CallWithResult call) {
        String document = document(step, name, call);
        List<UUID> ids = new ArrayList<>();
        for (JsonNode id : read(JsonNode.class, document == null ? "[]" : document)) {
            ids.add(UUID.fromString(id.asText()));
        }
        return ids;
    }

    /** Reads and frees a string that computenetwork.dll returned; null if there is none. */
    private String take(PointerByReference document) {
        Pointer memory = document.getValue();
        if (memory == null) {
            return null;
        }
        try {
            return Utf16.read(memory);
        } finally {
            api.ole32().CoTaskMemFree(memory);
        }
    }

    private static String write(Object document) {
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + document.getClass().getSimpleName() + " as JSON", e);
        }
    }

    private static <T> T read(Class<T> type, String document) {
        try {
            return JSON.readValue(document == null ? "{}" : document, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the network service sent what is no " + type.getSimpleName(), e);
        }
    }
}
