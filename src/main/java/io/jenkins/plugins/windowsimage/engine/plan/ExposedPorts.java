package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The ports of EXPOSE: {@code 80}, {@code 80/tcp}, {@code 8000-8010/udp}, and the old {@code [ip:]host:container}. */
final class ExposedPorts {
    private static final int HIGHEST = 65_535;
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

    private ExposedPorts() {}

    /** A port that is none; the message is BuildKit's. */
    static final class InvalidPortException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidPortException(String message) {
            super(message);
        }
    }

    /** The single ports, each as {@code 80/tcp}. */
    static List<String> parse(String written, Lints lints, Source source) throws InvalidPortException {
        int last = written.lastIndexOf(':');
        String front = last < 0 ? "" : written.substring(0, last);
        String host = front.substring(front.lastIndexOf(':') + 1);
        String address = front.length() == host.length() ? "" : front.substring(0, front.lastIndexOf(':'));
        String container = written.substring(last + 1);
        int slash = container.indexOf('/');
        String ports = slash < 0 ? container : container.substring(0, slash);
        String protocol = slash < 0 || slash == container.length() - 1 ? "tcp" : container.substring(slash + 1);
        if (ports.isEmpty()) {
            throw new InvalidPortException("invalid port: " + GoQuote.quote(written) + ": no port specified");
        }
        if (!PROTOCOLS.contains(protocol.toLowerCase(Locale.ROOT))) {
            throw new InvalidPortException("invalid port: " + GoQuote.quote(written) + ": invalid proto: " + protocol);
        }
        warn(written, protocol, !address.isEmpty() || !host.isEmpty(), lints, source);
        checkAddress(address);
        Range range = range(ports, "invalid containerPort: " + ports);
        if (!host.isEmpty()) {
            Range outside = range(host, "invalid hostPort: " + host);
            if (outside.length() != range.length() && range.length() != 1) {
                throw new InvalidPortException(
                        "invalid ranges specified for container and host Ports: " + ports + " and " + host);
            }
        }
        List<String> all = new ArrayList<>();
        for (int port = range.first; port <= range.last; port++) {
            all.add(port + "/" + protocol.toLowerCase(Locale.ROOT));
        }
        return all;
    }

    private static void warn(String written, String protocol, boolean mapped, Lints lints, Source source) {
        if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
            lints.report(
                    LintRule.EXPOSE_PROTO_CASING,
                    source,
                    "Defined protocol '" + written + "' in EXPOSE instruction should be lowercase");
        }
        if (mapped) {
            lints.report(
                    LintRule.EXPOSE_INVALID_FORMAT,
                    source,
                    "EXPOSE instruction should not define an IP address or host-port mapping, found '" + written + "'");
        }
    }

    private static void checkAddress(String address) throws InvalidPortException {
        String bare = address.startsWith("[") && address.endsWith("]")
                ? address.substring(1, address.length() - 1)
                : address;
        if (!bare.isEmpty() && !bare.matches("(\\d{1,3}\\.){3}\\d{1,3}") && !bare.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new InvalidPortException("invalid IP address: " + bare);
        }
    }

    private static Range range(String text, String message) throws InvalidPortException {
        int dash = text.indexOf('-');
        int first = number(dash < 0 ? text : text.substring(0, dash), message);
        int last = dash < 0 ? first : number(text.substring(dash + 1), message);
        if (last < first) {
            throw new InvalidPortException(message);
        }
        return new Range(first, last);
    }

    private static int number(String text, String message) throws InvalidPortException {
        if (!text.matches("[+-]?[0-9]{1,9}")) {
            throw new InvalidPortException(message);
        }
        int port = Integer.parseInt(text);
        if (port < 0 || port > HIGHEST) {
            throw new InvalidPortException(message);
        }
        return port;
    }

    private record Range(int first, int last) {
        int length() {
            return last - first + 1;
        }
    }
}
