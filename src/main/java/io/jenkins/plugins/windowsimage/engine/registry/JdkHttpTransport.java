package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** HTTP/1.1 through the JDK's client, one for each set of trusted authorities. */
final class JdkHttpTransport implements HttpTransport {
    /** A registry may take its time to put a large blob in its place once all of it has arrived. */
    private static final int UPLOAD_PATIENCE = 5;

    static {
        HttpClientSettings.apply();
    }

    private final RegistryOptions options;
    private final Map<Trust, HttpClient> clients = new ConcurrentHashMap<>();

    JdkHttpTransport(RegistryOptions options) {
        this.options = options;
    }

    @Override
    public HttpReply send(HttpCall call, Cancellation cancellation) throws IOException {
        HttpClient client = client(call.uri());
        AtomicLong lastActivity = new AtomicLong(System.nanoTime());
        CompletableFuture<HttpResponse<InputStream>> pending = client.sendAsync(
                request(call, lastActivity), head -> new StreamedBody(options.readTimeout()));
        HttpResponse<InputStream> response;
        try (Cancellation.Registration registration = cancellation.onRequest(() -> pending.cancel(true))) {
            response = await(pending, call, lastActivity);
        }
        InputStream body = new CancellableBody(response.body(), cancellation);
        return new HttpReply(call.uri(), response.statusCode(), response.headers(), body);
    }

    private HttpRequest request(HttpCall call, AtomicLong lastActivity) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .setHeader("User-Agent", "windows-image-build")
                .method(call.method(), call.body() == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : new UploadBody(call.body(), call.sent(), lastActivity));
        call.headers().forEach(request::setHeader);
        options.proxies().proxyFor(call.uri())
                .map(ProxyRules.ProxyServer::authorization)
                .ifPresent(authorization -> request.setHeader("Proxy-Authorization", authorization));
        return request.build();
    }

    private HttpResponse<InputStream> await(
            CompletableFuture<HttpResponse<InputStream>> pending, HttpCall call, AtomicLong lastActivity)
            throws IOException {
        boolean upload = call.body() != null && call.body().length() > 0;
        long patience = options.readTimeout().toNanos() * (upload ? UPLOAD_PATIENCE : 1);
        while (true) {
            try {
                long left = lastActivity.get() + patience - System.nanoTime();
                return pending.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - lastActivity.get() >= patience) {
                    pending.cancel(true);
                    throw new HttpTimeoutException("no answer for " + TimeUnit.NANOSECONDS.toSeconds(patience) + " s");
                }
            } catch (CancellationException e) {
                throw new IOException("cancelled", e);
            } catch (InterruptedException e) {
                pending.cancel(true);
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
            }
        }
    }

    private HttpClient client(URI uri) {
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        Trust trust = new Trust(tls, tls ? options.certificateAuthority(uri.getRawAuthority()) : null);
        return clients.computeIfAbsent(trust, this::newClient);
    }

    private HttpClient newClient(Trust trust) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.connectTimeout())
                .proxy(new RuledProxySelector(options.proxies()));
        if (!trust.tls()) {
            client.sslContext(new NoTls());
        } else if (trust.authority() != null) {
            client.sslContext(PrivateTrust.context(trust.authority()));
        }
        return client.build();
    }

    /**
     * Whom a client trusts.
     *
     * @param tls false for plain HTTP
     * @param authority PEM file trusted beside the platform's authorities; null for none
     */
    private record Trust(boolean tls, Path authority) {}

    /** Closed by the cancellation, from whatever thread that comes. */
    private static final class CancellableBody extends java.io.FilterInputStream {
        private final Cancellation.Registration registration;

        CancellableBody(InputStream body, Cancellation cancellation) {
            super(body);
            registration = cancellation.onRequest(() -> {
                try {
                    body.close();
                } catch (IOException ignored) {
                    // The reader fails with its own error.
                }
            });
        }

        @Override
        public void close() throws IOException {
            registration.close();
            super.close();
        }
    }
}
