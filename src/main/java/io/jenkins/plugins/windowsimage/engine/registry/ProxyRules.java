package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * Which requests go through a proxy, from {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} in upper or
 * lower case (the lower case wins, as in curl). NO_PROXY lists, separated by commas: host names, which cover their
 * subdomains; {@code .domain} and {@code *.domain} for subdomains alone; IP addresses; CIDR blocks; each but the last
 * with an optional port; {@code *} for everything. Loopback addresses and {@code localhost} never go through a proxy.
 * Immutable.
 */
public final class ProxyRules {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /** No proxy at all. */
    public static final ProxyRules NONE = new ProxyRules(null, null, List.of());

    /**
     * A proxy that speaks plain HTTP and tunnels TLS.
     *
     * @param authorization value of the Proxy-Authorization header; null when the proxy wants none
     */
    record ProxyServer(String host, int port, String authorization) {

        /** Without the authorization. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    private final ProxyServer http;
    private final ProxyServer https;
    private final List<BiPredicate<String, Integer>> exceptions;

    private ProxyRules(ProxyServer http, ProxyServer https, List<BiPredicate<String, Integer>> exceptions) {
        this.http = http;
        this.https = https;
        this.exceptions = exceptions;
    }

    /**
     * Reads the variables of an environment.
     *
     * @throws EngineException of kind USAGE that names the variable, never its value, which can hold a password
     */
    public static ProxyRules fromEnvironment(Map<String, String> environment) {
        return new ProxyRules(
                server(environment, "http_proxy"),
                server(environment, "https_proxy"),
                exceptions(variable(environment, "no_proxy")));
    }

    private static String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            value = environment.get(name.toUpperCase(Locale.ROOT));
        }
        return value == null ? "" : value.trim();
    }

    private static ProxyServer server(Map<String, String> environment, String name) {
        String text = variable(environment, name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
                throw invalid(name, null);
            }
            String user = uri.getRawUserInfo();
            String authorization = user == null ? null : "Basic " + Base64.getEncoder().encodeToString(
                    URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8)
                            .getBytes(StandardCharsets.UTF_8));
            return new ProxyServer(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort(), authorization);
        } catch (URISyntaxException | IllegalArgumentException e) {
            // The cause would quote the value.
            throw invalid(name, null);
        }
    }

    private static EngineException invalid(String name, Throwable cause) {
        return new EngineException(ErrorKind.USAGE,
                "the variable " + name.toUpperCase(Locale.ROOT) + " is not the address of an HTTP proxy",
                "write http://[user:password@]host[:port]", cause);
    }

    private static List<BiPredicate<String, Integer>> exceptions(String list) {
        List<BiPredicate<String, Integer>> rules = new ArrayList<>();
        for (String entry : list.split("[,\\s]+")) {
            if (!entry.isEmpty()) {
                rules.add(exception(entry.toLowerCase(Locale.ROOT)));
            }
        }
        return List.copyOf(rules);
    }

    private static BiPredicate<String, Integer> exception(String entry) {
        if (entry.equals("*")) {
            return (host, port) -> true;
        }
        int slash = entry.indexOf('/');
        if (slash > 0) {
            return block(entry.substring(0, slash), entry.substring(slash + 1));
        }
        String name = entry;
        Integer onlyPort = null;
        int colon = entry.lastIndexOf(':');
        boolean bareAddress6 = colon != entry.indexOf(':') && !entry.startsWith("[");
        if (colon > 0 && !bareAddress6 && entry.substring(colon + 1).matches("[0-9]{1,5}")) {
            onlyPort = Integer.valueOf(entry.substring(colon + 1));
            name = entry.substring(0, colon);
        }
        String wanted = withoutBrackets(name.startsWith("*.") ? name.substring(1) : name);
        Integer wantedPort = onlyPort;
        return (host, port) -> (wantedPort == null || wantedPort.equals(port)) && covers(wanted, host);
    }

    private static boolean covers(String wanted, String host) {
        return wanted.startsWith(".") ? host.endsWith(wanted) : host.equals(wanted) || host.endsWith("." + wanted);
    }

    private static BiPredicate<String, Integer> block(String base, String length) {
        InetAddress network = address(base);
        if (network == null || !length.matches("[0-9]{1,3}")) {
            return (host, port) -> false;
        }
        int bits = network.getAddress().length * 8;
        int shift = Math.max(0, bits - Integer.parseInt(length));
        BigInteger prefix = new BigInteger(1, network.getAddress()).shiftRight(shift);
        return (host, port) -> {
            InetAddress address = address(host);
            return address != null
                    && address.getAddress().length * 8 == bits
                    && new BigInteger(1, address.getAddress()).shiftRight(shift).equals(prefix);
        };
    }

    /** The address that a literal stands for; null for names, which are never looked up here. */
    private static InetAddress address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The proxy that a request to this address goes through; empty when it goes there itself. */
    Optional<ProxyServer> proxyFor(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        ProxyServer server = secure ? https : http;
        if (server == null || uri.getHost() == null) {
            return Optional.empty();
        }
        String host = withoutBrackets(uri.getHost().toLowerCase(Locale.ROOT));
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        return isLoopback(host) || exceptions.stream().anyMatch(rule -> rule.test(host, port))
                ? Optional.empty()
                : Optional.of(server);
    }

    private static boolean isLoopback(String host) {
        InetAddress address = address(host);
        return host.equals("localhost") || (address != null && address.isLoopbackAddress());
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return "http " + http + ", https " + https;
    }
}
