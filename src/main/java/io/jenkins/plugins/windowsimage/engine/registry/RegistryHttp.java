package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests to registries with authentication and redirects, but without retries. An Authorization header goes to the
 * registry's own scheme, host and port, never along with a redirect to another. Thread-safe.
 */
final class RegistryHttp {
    private static final int MAXIMUM_REDIRECTS = 5;
    private static final int MAXIMUM_RENEWALS = 2;
    private static final int WORTH_READING = 64 * 1024;
    private static final String HUB_API = "registry-1.docker.io";

    private final HttpTransport transport;
    private final RegistryOptions options;
    private final Cancellation cancellation;
    private final Authorizer authorizer;
    private final Set<String> reached = ConcurrentHashMap.newKeySet();

    RegistryHttp(HttpTransport transport, RegistryOptions options, Cancellation cancellation) {
        this.transport = transport;
        this.options = options;
        this.cancellation = cancellation;
        authorizer = new Authorizer(transport, options, cancellation);
    }

    /** Address below {@code /v2/} of a registry. */
    URI address(String host, String path) {
        String authority = host.equals(ImageReference.DOCKER_HUB) ? HUB_API : host;
        return URI.create((options.isInsecure(host) ? "http" : "https") + "://" + authority + "/v2/" + path);
    }

    /**
     * Sends a request to a registry, with what the registry wants for authorization, and follows redirects.
     *
     * @return the answer, whatever its status; the caller closes it
     * @throws RegistryException when there is no answer
     */
    HttpReply send(Purpose purpose, String host, Scopes scopes, HttpCall call) {
        URI own = address(host, "");
        HttpCall current = call;
        int renewals = 0;
        int redirects = 0;
        while (true) {
            cancellation.check();
            boolean trusted = sameOrigin(own, current.uri());
            try {
                String authorization = trusted ? authorizer.header(host, scopes, purpose) : null;
                HttpReply reply = transport.send(
                        authorization == null ? current : current.with("Authorization", authorization), cancellation);
                reached.add(current.uri().getRawAuthority());
                if (reply.status() == 401 && trusted && renewals++ < MAXIMUM_RENEWALS) {
                    if (!authorizer.renew(host, scopes, reply, authorization, purpose)) {
                        return reply;
                    }
                    discard(reply);
                } else if (isRedirect(current.method(), reply)) {
                    URI next = location(purpose, host, reply);
                    discard(reply);
                    if (++redirects > MAXIMUM_REDIRECTS) {
                        throw RegistryException.invalid(purpose.kind(), "cannot " + purpose.action()
                                + ": the registry " + host + " redirects without end", null);
                    }
                    current = current.to(next);
                } else {
                    return reply;
                }
            } catch (IOException e) {
                throw broken(purpose, current.uri(), e);
            }
        }
    }

    /** Fetches from an address that no registry vouches for, without any credential. */
    HttpReply sendForeign(Purpose purpose, URI address, HttpCall call) {
        HttpCall current = call.to(address);
        for (int redirects = 0; redirects <= MAXIMUM_REDIRECTS; redirects++) {
            cancellation.check();
            try {
                HttpReply reply = transport.send(current, cancellation);
                if (!isRedirect(current.method(), reply)) {
                    return reply;
                }
                URI next = resolve(purpose, current.uri().getHost(), reply);
                discard(reply);
                if ("https".equals(current.uri().getScheme()) && "http".equals(next.getScheme())) {
                    throw RegistryException.invalid(purpose.kind(),
                            "cannot " + purpose.action() + ": " + address.getHost() + " redirects to plain HTTP", null);
                }
                current = current.to(next);
            } catch (IOException e) {
                throw broken(purpose, current.uri(), e);
            }
        }
        throw RegistryException.invalid(purpose.kind(),
                "cannot " + purpose.action() + ": " + address.getHost() + " redirects without end", null);
    }

    /** The failure that this answer stands for. */
    RegistryException refused(Purpose purpose, HttpReply reply) {
        return HttpFailures.of(purpose, reply, authorizer.login(purpose.host()));
    }

    /**
     * Reads the answer to an upload.
     *
     * @throws RegistryException unless the registry says that it has the content, under this digest
     */
    void requireStored(Purpose purpose, HttpReply reply, Digest digest) throws IOException {
        switch (reply.status()) {
            // 201 by the specification; other successes than these promise less.
            case 200, 201, 204 -> discard(reply);
            default -> throw refused(purpose, reply);
        }
        String stored = reply.header("Docker-Content-Digest");
        if (stored != null && stored.startsWith("sha256:") && !stored.equals(digest.toString())) {
            throw RegistryException.invalid(purpose.kind(), "cannot " + purpose.action() + ": the registry " + purpose.host()
                    + " stored it as " + HttpFailures.clean(stored) + " instead of " + digest, null);
        }
    }

    /** The failure that a connection stands for which broke while an answer was read or a body sent. */
    RegistryException broken(Purpose purpose, URI address, IOException cause) {
        cancellation.check();
        return HttpFailures.of(purpose, address.getRawAuthority(), options.proxies().proxyFor(address), cause, reached.contains(address.getRawAuthority()));
    }

    /**
     * Where a Location header points. A registry behind a proxy that ends TLS may give its own address with {@code
     * http}; it is spoken to as before.
     */
    URI location(Purpose purpose, String host, HttpReply reply) {
        URI own = address(host, "");
        URI next = resolve(purpose, host, reply);
        if ("http".equals(next.getScheme()) && "https".equals(own.getScheme())) {
            if (!own.getHost().equalsIgnoreCase(next.getHost())) {
                throw RegistryException.invalid(purpose.kind(), "cannot " + purpose.action() + ": the registry " + host
                        + " redirects to " + next.getRawAuthority() + " over plain HTTP", null);
            }
            String query = next.getRawQuery() == null ? "" : "?" + next.getRawQuery();
            return URI.create("https://" + own.getRawAuthority() + next.getRawPath() + query);
        }
        return next;
    }

    private static URI resolve(Purpose purpose, String host, HttpReply reply) {
        try {
            URI next = reply.uri().resolve(reply.header("Location"));
            boolean web = "http".equals(next.getScheme()) || "https".equals(next.getScheme());
            if (web && next.getHost() != null && next.getRawUserInfo() == null) {
                return next;
            }
        } catch (IllegalArgumentException | NullPointerException e) {
            // Answered below, without the address, which can hold a token.
        }
        throw RegistryException.invalid(purpose.kind(), "cannot " + purpose.action() + ": " + host
                + " answers " + reply.status() + " without a usable Location", null);
    }

    private static boolean isRedirect(String method, HttpReply reply) {
        boolean reading = method.equals("GET") || method.equals("HEAD");
        return switch (reply.status()) {
            case 301, 302, 303 -> reading;
            case 307, 308 -> true;
            default -> false;
        };
    }

    private static boolean sameOrigin(URI own, URI other) {
        return own.getScheme().equalsIgnoreCase(other.getScheme())
                && own.getRawAuthority().equalsIgnoreCase(other.getRawAuthority());
    }

    /** Reads what is left of a short answer, so that its connection serves the next request. */
    static void discard(HttpReply reply) throws IOException {
        try (reply) {
            if (reply.contentLength() <= WORTH_READING) {
                reply.body().readNBytes(WORTH_READING);
            }
        }
    }
}
