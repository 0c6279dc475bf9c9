package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches the URLs of ADD into temporary files. Redirects are followed, but never from HTTPS to HTTP; a user and password in a
 * URL go to its own host alone and into no message. Thread-safe.
 */
public final class Downloads {
    private final HttpClient client;
    private final Path temporary;
    private final DownloadLimits limits;
    private final Cancellation cancellation;

    /**
     * Prepares for any number of downloads.
     *
     * @param client with a connect timeout, and which does not follow redirects by itself
     * @param temporary directory for what is downloaded; made when it does not exist
     */
    public Downloads(HttpClient client, Path temporary, DownloadLimits limits, Cancellation cancellation) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the client must leave redirects to this class");
        }
        this.client = client;
        this.temporary = temporary;
        this.limits = limits;
        this.cancellation = cancellation;
    }

    /**
     * Fetches a file.
     *
     * @param url beginning with {@code http://} or {@code https://}
     * @param name that the file gets
     * @param checksum that it must have, such as {@code sha256:...}; null for any
     * @return to be closed by the caller; its time is what the server says, else 1970, as in BuildKit
     * @throws EngineException of kind {@link ErrorKind#HTTP_FETCH_FAILED} if it cannot be had or is another than the checksum says
     */
    public RemoteFile fetch(String url, String name, String checksum) throws IOException {
        RemoteAddress address = RemoteAddress.parse(url);
        for (int redirects = 0; ; redirects++) {
            cancellation.check();
            FileChecksum expected = new FileChecksum(checksum);
            SpoolFile spool = new SpoolFile(temporary);
            boolean kept = false;
            try {
                HttpResponse<Void> response = request(address, spool, expected);
                int status = response.statusCode();
                if (status / 100 == 2) {
                    spool.flush();
                    expected.verify(address.display());
                    kept = true;
                    return new RemoteFile(name, lastModified(response), spool);
                }
                if (!isRedirect(status)) {
                    throw failed(address, "answers with status " + status, null);
                }
                if (redirects == limits.redirects()) {
                    throw failed(RemoteAddress.parse(url), "is redirected more than " + limits.redirects() + " times", null);
                }
                address = redirected(address, response);
            } finally {
                if (!kept) {
                    spool.close();
                }
            }
        }
    }

    private HttpResponse<Void> request(RemoteAddress address, SpoolFile spool, FileChecksum checksum) throws IOException {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(address.uri());
        } catch (IllegalArgumentException e) {
            throw failed(address, "is no URL that can be fetched: " + e.getMessage(), e);
        }
        request.setHeader("User-Agent", "windows-image-build").setHeader("Accept-Encoding", "identity");
        if (address.authorization() != null) {
            request.setHeader("Authorization", address.authorization());
        }
        DownloadSubscriber body = new DownloadSubscriber(spool, checksum, limits.bytes());
        CompletableFuture<HttpResponse<Void>> pending =
                client.sendAsync(request.build(), head -> body.expecting(head.statusCode() / 100 == 2));
        Cancellation.Registration registration = cancellation.onRequest(() -> pending.cancel(true));
        try {
            return await(pending, body, address);
        } finally {
            registration.close();
        }
    }

    private HttpResponse<Void> await(
            CompletableFuture<HttpResponse<Void>> pending, DownloadSubscriber body, RemoteAddress address) {
        long patience = limits.silence().toNanos();
        while (true) {
            try {
                return pending.get(Math.max(0, body.lastActivity() + patience - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - body.lastActivity() >= patience) {
                    pending.cancel(true);
                    throw failed(address, "sent nothing for " + limits.silence().toSeconds() + " s", e);
                }
            } catch (CancellationException e) {
                cancellation.check();
                throw failed(address, "was given up", e);
            } catch (InterruptedException e) {
                pending.cancel(true);
                Thread.currentThread().interrupt();
                throw failed(address, "was given up", e);
            } catch (ExecutionException e) {
                cancellation.check();
                Throwable cause = e.getCause();
                String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
                throw failed(address, "cannot be fetched: " + why, cause);
            }
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static RemoteAddress redirected(RemoteAddress from, HttpResponse<Void> response) {
        String location = response.headers().firstValue("Location").orElse("");
        RemoteAddress to;
        try {
            to = from.redirected(location);
        } catch (IllegalArgumentException e) {
            throw failed(from, "is redirected to \"" + location + "\", which is no address", e);
        }
        URI uri = to.uri();
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        if (!secure && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw failed(from, "is redirected to " + to.display() + ", which is neither HTTP nor HTTPS", null);
        }
        if (!secure && "https".equalsIgnoreCase(from.uri().getScheme())) {
            throw failed(from, "is redirected to " + to.display() + ", which is not protected by TLS", null);
        }
        return to;
    }

    private static Instant lastModified(HttpResponse<Void> response) {
        try {
            return response.headers().firstValue("Last-Modified")
                    .map(DateTimeFormatter.RFC_1123_DATE_TIME::parse)
                    .map(Instant::from)
                    .orElse(Instant.EPOCH);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private static EngineException failed(RemoteAddress address, String problem, Throwable cause) {
        return new EngineException(ErrorKind.HTTP_FETCH_FAILED, address.display() + " " + problem, cause);
    }
}
