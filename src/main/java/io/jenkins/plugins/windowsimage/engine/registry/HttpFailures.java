package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says in one sentence why a request to a registry failed, and whether it is worth another attempt. */
final class HttpFailures {
    private static final int MAXIMUM_BODY = 64 * 1024;
    private static final int MAXIMUM_DETAIL = 300;
    private static final int MAXIMUM_FOREIGN = 8 * 1024;

    /** Error body of the distribution specification. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record ErrorBody(@JsonProperty("errors") List<ErrorEntry> errors) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record ErrorEntry(@JsonProperty("code") String code, @JsonProperty("message") String message) {}

    private HttpFailures() {}

    /**
     * The failure that an answer stands for; its body is read and closed.
     *
     * @param login what is known about the credentials that were used, for the hint of a refusal
     */
    static RegistryException of(Purpose purpose, HttpReply reply, String login) {
        String detail = detail(reply);
        int status = reply.status();
        String sentence = "cannot " + purpose.action() + ": the registry " + purpose.host() + " "
                + meaning(status) + " (" + status + (detail.isEmpty() ? "" : ", " + detail) + ")";
        return new RegistryException(
                purpose.kind(), sentence, hint(status, login, reply.uri()), null, status, retry(status), retryAfter(reply));
    }

    private static String meaning(int status) {
        return switch (status) {
            case 401 -> "wants a login";
            case 403 -> "does not allow it";
            case 404 -> "does not have it";
            case 407 -> "is behind a proxy that wants other credentials";
            case 429 -> "receives too many requests";
            default -> status >= 500 ? "failed"
                    : status >= 400 ? "refuses"
                    : status >= 300 ? "points elsewhere"
                    : "answers something else than it should";
        };
    }

    private static String hint(int status, String login, URI address) {
        return switch (status) {
            case 400 -> "http".equalsIgnoreCase(address.getScheme())
                    ? "it was spoken to in plain HTTP; if it speaks TLS, do not name it with --insecure-registry"
                    : null;
            case 401, 403 -> login;
            case 404 -> "check the name and the tag; some registries also hide what one may not read: " + login;
            case 407 -> "write http://user:password@host:port into HTTP_PROXY and HTTPS_PROXY";
            case 429 -> "wait, log in, or use a mirror of the registry";
            default -> null;
        };
    }

    private static RegistryException.Retry retry(int status) {
        boolean passing = status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501);
        return passing ? RegistryException.Retry.OFTEN : RegistryException.Retry.NEVER;
    }

    private static Duration retryAfter(HttpReply reply) {
        String value = reply.header("Retry-After");
        if (value == null) {
            return null;
        }
        try {
            if (value.trim().matches("[0-9]{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(value.trim()));
            }
            Instant until = ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration left = Duration.between(Instant.now(), until);
            return left.isNegative() ? null : left;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String detail(HttpReply reply) {
        byte[] body;
        try (reply) {
            body = reply.body().readNBytes(MAXIMUM_BODY);
        } catch (IOException e) {
            return "";
        }
        String text = new String(body, StandardCharsets.UTF_8);
        if (reply.contentType().equals("text/html") || text.stripLeading().startsWith("<")) {
            return "a web page instead of a registry's answer; is there a proxy between?";
        }
        try {
            List<ErrorEntry> errors = ImageJson.read(body, ErrorBody.class, "error").errors();
            if (errors != null && !errors.isEmpty() && errors.get(0) != null) {
                ErrorEntry first = errors.get(0);
                String code = first.code() == null ? "" : first.code();
                String message = first.message() == null ? "" : first.message();
                return clean(code.isEmpty() || message.isEmpty() ? code + message : code + ": " + message);
            }
            return "";
        } catch (IllegalArgumentException e) {
            return clean(text);
        }
    }

    /** Foreign text, short, on one line, without control characters and without the queries of URLs. */
    static String clean(String text) {
        // Cut first: what is foreign can be megabytes that were made to keep the expressions busy.
        String line = text.substring(0, Math.min(text.length(), MAXIMUM_FOREIGN))
                .replaceAll("(https?://[^\\s?\"']*)\\?[^\\s\"']*", "$1")
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .trim();
        return line.length() <= MAXIMUM_DETAIL ? line : line.substring(0, MAXIMUM_DETAIL) + "...";
    }

    /**
     * The failure that a broken connection stands for.
     *
     * @param proxy that the request went through; empty for none
     * @param reached whether the host answered before; one that never did is more likely misspelt than busy
     */
    static RegistryException of(
            Purpose purpose, String host, Optional<ProxyRules.ProxyServer> proxy, IOException cause, boolean reached) {
        String peer = proxy.map(server -> "the proxy " + server).orElse(host);
        String why;
        String hint = null;
        RegistryException.Retry retry = RegistryException.Retry.OFTEN;
        if (has(cause, UnknownHostException.class) || has(cause, UnresolvedAddressException.class)) {
            why = proxy.map(server -> "the host name of the proxy " + server).orElse("the host name " + host) + " is not known";
            hint = "check the name, the name server and the proxy settings";
            retry = reached ? RegistryException.Retry.OFTEN : RegistryException.Retry.NEVER;
        } else if (has(cause, HttpConnectTimeoutException.class)) {
            why = peer + " cannot be reached in time";
            hint = "check the name, the firewall and the proxy settings";
            retry = RegistryException.Retry.ONCE;
        } else if (has(cause, HttpTimeoutException.class)) {
            why = host + " is silent: " + cause.getMessage();
            retry = RegistryException.Retry.ONCE;
        } else if (has(cause, ConnectException.class)) {
            why = peer + " refuses the connection";
            hint = proxy.isPresent()
                    ? "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
                    : "check host and port, and whether the registry runs";
            retry = reached ? RegistryException.Retry.OFTEN : RegistryException.Retry.NEVER;
        } else if (isPlainHttp(cause)) {
            why = host + " speaks plain HTTP, not TLS";
            hint = insecureHint(host);
            retry = RegistryException.Retry.NEVER;
        } else if (has(cause, SSLHandshakeException.class) || has(cause, SSLPeerUnverifiedException.class)) {
            why = "the TLS certificate of " + host + " is not accepted: " + clean(String.valueOf(deepest(cause).getMessage()));
            hint = "if " + host + " has a private certificate authority, name its PEM file with --registry-ca " + host + "=FILE";
            retry = RegistryException.Retry.NEVER;
        } else {
            String message = cause.getMessage();
            why = "the connection to " + host + " broke" + (message == null ? "" : " (" + clean(message) + ")");
        }
        return RegistryException.of(purpose.kind(), "cannot " + purpose.action() + ": " + why, hint, cause, retry);
    }

    /** How a registry is named that is spoken to in plain HTTP. */
    static String insecureHint(String host) {
        return "name " + host + " as an insecure registry (--insecure-registry " + host + ") if that is intended";
    }

    /** The exception that says most plainly why; those around it repeat it with class names. */
    private static Throwable deepest(Throwable cause) {
        Throwable at = cause;
        while (at.getCause() != null && at.getCause().getMessage() != null) {
            at = at.getCause();
        }
        return at;
    }

    private static boolean isPlainHttp(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof SSLException
                    && String.valueOf(at.getMessage()).matches("(?i).*unrecognized SSL message.*")) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Throwable cause, Class<? extends Throwable> type) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }
}
