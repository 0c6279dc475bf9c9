package io.jenkins.plugins.windowsimage.engine.windows.api;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.win32.StdCallLibrary;

/**
 * computenetwork.dll, the Host Compute Network. Source: computenetwork.h.
 *
 * <p>All functions return an HRESULT and are synchronous. Documents and error records belong to the caller and are freed with
 * {@link Ole32#CoTaskMemFree}. A GUID of zeros at creation lets the service choose the id. Handles are closed once; closing does
 * not delete.
 */
public interface ComputeNetwork extends StdCallLibrary {

    /** Networks that fit the query, as a JSON array of GUIDs. */
    int HcnEnumerateNetworks(
            String query,
            @NativeType("PWSTR*") PointerByReference networks,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnCreateNetwork(
            @NativeType("REFGUID") Guid id,
            String settings,
            @NativeType("PHCN_NETWORK") PointerByReference network,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnOpenNetwork(
            @NativeType("REFGUID") Guid id,
            @NativeType("PHCN_NETWORK") PointerByReference network,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnQueryNetworkProperties(
            @NativeType("HCN_NETWORK") Pointer network,
            String query,
            @NativeType("PWSTR*") PointerByReference properties,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnCloseNetwork(@NativeType("HCN_NETWORK") Pointer network);

    int HcnCreateNamespace(
            @NativeType("REFGUID") Guid id,
            String settings,
            @NativeType("PHCN_NAMESPACE") PointerByReference namespace,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnOpenNamespace(
            @NativeType("REFGUID") Guid id,
            @NativeType("PHCN_NAMESPACE") PointerByReference namespace,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    /** Adds an endpoint to a namespace or takes it away. */
    int HcnModifyNamespace(
            @NativeType("HCN_NAMESPACE") Pointer namespace,
            String settings,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnQueryNamespaceProperties(
            @NativeType("HCN_NAMESPACE") Pointer namespace,
            String query,
            @NativeType("PWSTR*") PointerByReference properties,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnDeleteNamespace(
            @NativeType("REFGUID") Guid id, @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnCloseNamespace(@NativeType("HCN_NAMESPACE") Pointer namespace);

    /** Endpoints that fit the query, as a JSON array of GUIDs. */
    int HcnEnumerateEndpoints(
            String query,
            @NativeType("PWSTR*") PointerByReference endpoints,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnCreateEndpoint(
            @NativeType("HCN_NETWORK") Pointer network,
            @NativeType("REFGUID") Guid id,
            String settings,
            @NativeType("PHCN_ENDPOINT") PointerByReference endpoint,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnOpenEndpoint(
            @NativeType("REFGUID") Guid id,
            @NativeType("PHCN_ENDPOINT") PointerByReference endpoint,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnQueryEndpointProperties(
            @NativeType("HCN_ENDPOINT") Pointer endpoint,
            String query,
            @NativeType("PWSTR*") PointerByReference properties,
            @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnDeleteEndpoint(
            @NativeType("REFGUID") Guid id, @NativeType("PWSTR*") PointerByReference errorRecord);

    int HcnCloseEndpoint(@NativeType("HCN_ENDPOINT") Pointer endpoint);
}
