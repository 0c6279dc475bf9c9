package io.jenkins.plugins.windowsimage.engine.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** {@link ProxyRules} as Java's HTTP client asks for them. Immutable. */
public final class RuledProxySelector extends ProxySelector {
    private final ProxyRules rules;

    public RuledProxySelector(ProxyRules rules) {
        this.rules = rules;
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(rules.proxyFor(uri)
                .map(server ->
                        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(server.host(), server.port())))
                .orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request fails with the same error.
    }
}
