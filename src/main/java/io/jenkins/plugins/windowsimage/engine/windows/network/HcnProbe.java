package io.jenkins.plugins.windowsimage.engine.windows.network;

import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.util.Optional;
import java.util.UUID;

/** Looks at the network service without changing anything that stays. */
public final class HcnProbe {
    private final HcnClient hcn;

    public HcnProbe(WindowsApi api) {
        hcn = new HcnClient(api);
    }

    /**
     * Name and gateway of a NAT network; empty if there is none.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException if the service does not answer
     */
    public Optional<String> natNetwork() {
        return hcn.networks().stream()
                .map(hcn::network)
                .filter(NetworkProperties::isNat)
                .map(network -> network.name() + ", gateway " + network.gateway().orElse("unknown"))
                .findFirst();
    }

    /**
     * Makes a namespace and removes it.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException if that fails
     */
    public void createAndDestroyNamespace() {
        hcn.deleteNamespace(hcn.createNamespace(UUID.randomUUID()));
    }
}
