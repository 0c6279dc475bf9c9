package io.jenkins.plugins.windowsimage.engine.windows.network;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerNetwork;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerSpec;
import io.jenkins.plugins.windowsimage.engine.windows.OwnerTag;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Networks of the Host Compute Network of this machine. Endpoints carry the owner's tag in their names; the namespace of an
 * endpoint has an id made from the endpoint's, so that whoever finds the one can remove the other.
 */
public final class HcnContainerNetwork implements ContainerNetwork {
    private static final System.Logger LOG = System.getLogger(HcnContainerNetwork.class.getName());
    private static final String NAT = "nat";

    private final HcnClient hcn;
    private final HostAddresses host;
    private final OwnerTag owner;
    private final List<String> dnsServers;

    /**
     * @param owner marks the endpoints as ours
     * @param dnsServers what containers ask for names; empty for the host's own servers
     */
    public HcnContainerNetwork(WindowsApi api, OwnerTag owner, List<String> dnsServers) {
        hcn = new HcnClient(api);
        host = new HostAddresses(api.ipHelper());
        this.owner = owner;
        this.dnsServers = List.copyOf(dnsServers);
    }

    @Override
    public Lease attach(String network, boolean hyperv) {
        NetworkProperties on = network.equalsIgnoreCase(NAT) ? nat() : named(network);
        HostAddresses.Dns dns = host.dns();
        UUID endpoint = UUID.randomUUID();
        EndpointSettings settings = new EndpointSettings(
                owner.name(endpoint.toString()),
                on.id(),
                new EndpointSettings.Dns(
                        dns.suffixes().isEmpty() ? null : dns.suffixes().get(0),
                        dns.suffixes(),
                        dnsServers.isEmpty() ? dns.servers() : dnsServers),
                on.gateway().map(EndpointSettings.Route::defaultRoute).map(List::of).orElse(null),
                SchemaVersion.V2);
        UUID namespace = hyperv ? null : namespaceOf(endpoint);
        try {
            hcn.createEndpoint(on.id(), endpoint, settings);
            if (!hyperv) {
                namespace = hcn.createNamespace(namespace);
                hcn.attach(namespace, endpoint);
            }
            return new EndpointLease(new ContainerSpec.Attachment(namespace, endpoint, dns.suffixes()));
        } catch (RuntimeException e) {
            // An endpoint whose creation failed may exist all the same and hold its address.
            release(namespace, endpoint).forEach(e::addSuppressed);
            throw e;
        }
    }

    /** The id of the namespace that goes with an endpoint. */
    private static UUID namespaceOf(UUID endpoint) {
        return new UUID(endpoint.getMostSignificantBits(), endpoint.getLeastSignificantBits() ^ 1);
    }

    private NetworkProperties named(String name) {
        List<NetworkProperties> networks = networks();
        return networks.stream().filter(network -> name.equalsIgnoreCase(network.name())).findFirst()
                .orElseThrow(() -> new EngineException(ErrorKind.HOST_NOT_READY,
                        "this host has no container network \"" + name + "\"",
                        "Its networks are: "
                                + networks.stream().map(NetworkProperties::name).collect(Collectors.joining(", ")) + ".",
                        null));
    }

    /** The network called nat, else any NAT network, else a new one. */
    private NetworkProperties nat() {
        Optional<NetworkProperties> existing = findNat();
        if (existing.isPresent()) {
            return existing.get();
        }
        Ipv4Prefix prefix = NatPrefix.choose(host.destinations());
        UUID id = UUID.randomUUID();
        try {
            hcn.createNetwork(id, NetworkSettings.nat(NAT, prefix));
            LOG.log(Level.INFO, "made the network nat with the addresses {0}", prefix);
        } catch (WindowsException e) {
            // Another program may have been quicker.
            if (!HcnError.isAlreadyThere(e.code())) {
                throw e;
            }
        }
        return findNat().orElseThrow(() -> new EngineException(ErrorKind.HOST_NOT_READY,
                "the NAT network that was made cannot be found", "Restart the service hns.", null));
    }

    private Optional<NetworkProperties> findNat() {
        List<NetworkProperties> networks = networks().stream().filter(NetworkProperties::isNat).toList();
        return networks.stream()
                .filter(network -> NAT.equalsIgnoreCase(network.name()))
                .findFirst()
                .or(() -> networks.stream().findFirst());
    }

    private List<NetworkProperties> networks() {
        List<NetworkProperties> networks = new ArrayList<>();
        for (UUID id : hcn.networks()) {
            try {
                networks.add(hcn.network(id));
            } catch (WindowsException e) {
                // It may have been removed since it was listed.
                if (!HcnError.isGone(e.code())) {
                    throw e;
                }
            }
        }
        return networks;
    }

    @Override
    public void sweep() {
        try {
            for (UUID id : hcn.endpoints()) {
                sweep(id);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e.getMessage());
        }
    }

    private void sweep(UUID id) {
        try {
            EndpointProperties endpoint = hcn.endpoint(id);
            if (owner.isOrphan(endpoint.name())) {
                release(namespaceOf(id), id).forEach(e -> LOG.log(Level.WARNING, e.getMessage()));
                LOG.log(Level.INFO, "removed the network endpoint {0}, which an interrupted build left", endpoint.name());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e.getMessage());
        }
    }

    /**
     * Takes the endpoint out of its namespace and removes both, the endpoint last, because a sweep finds both by it.
     *
     * @param namespace null if there is none
     * @return what failed
     */
    private List<RuntimeException> release(UUID namespace, UUID endpoint) {
        List<Runnable> steps = new ArrayList<>();
        if (namespace != null) {
            steps.add(() -> hcn.detach(namespace, endpoint));
            steps.add(() -> hcn.deleteNamespace(namespace));
        }
        steps.add(() -> hcn.deleteEndpoint(endpoint));
        List<RuntimeException> failures = new ArrayList<>();
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        return failures;
    }

    private final class EndpointLease implements Lease {
        private final ContainerSpec.Attachment attachment;

        EndpointLease(ContainerSpec.Attachment attachment) {
            this.attachment = attachment;
        }

        @Override
        public ContainerSpec.Attachment attachment() {
            return attachment;
        }

        @Override
        public void close() {
            release(attachment.namespace(), attachment.endpoint()).forEach(e -> LOG.log(Level.WARNING, e.getMessage()));
        }
    }
}
