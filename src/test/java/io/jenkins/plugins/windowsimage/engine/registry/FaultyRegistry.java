package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.rules.ExternalResource;

/** A registry in memory, over plain HTTP on the loopback, that misbehaves as a test tells it to. */
public final class FaultyRegistry extends ExternalResource {

    /** Answers one request in a way of its own. */
    @FunctionalInterface
    public interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** One request that came in. */
    public record Request(String method, String path, String query, String authorization, String range) {}

    private record Rule(String method, String path, Supplier<Fault> faults) {}

    private final Map<String, RawManifest> manifests = new ConcurrentHashMap<>();
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    /** The next requests of this kind are answered by these faults, one each; later ones as they should be. */
    public FaultyRegistry next(String method, String path, Fault... faults) {
        Queue<Fault> left = new ConcurrentLinkedQueue<>(List.of(faults));
        rules.add(new Rule(method, path, left::poll));
        return this;
    }

    /** Each request of this kind is answered so, unless another rule that came earlier still has faults. */
    public FaultyRegistry always(String method, String path, Fault fault) {
        rules.add(new Rule(method, path, () -> fault));
        return this;
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Serves an image under a tag of any repository. */
    public void serve(String tag, TestImage image) {
        serve(tag, image.raw());
        serve(image.config());
        image.layers().forEach(this::serve);
    }

    public void serve(String tag, RawManifest raw) {
        manifests.put(tag, raw);
        manifests.put(raw.digest().toString(), raw);
    }

    public void serve(byte[] blob) {
        blobs.put(Digest.of(blob), blob);
    }

    public byte[] blob(Digest digest) {
        return blobs.get(digest);
    }

    public RawManifest manifest(String tag) {
        return manifests.get(tag);
    }

    public List<Request> requests() {
        return requests;
    }

    public long count(String method, String path) {
        return requests.stream()
                .filter(request -> request.method().equals(method) && request.path().matches(path))
                .count();
    }

    /** An answer with this status, these headers (name, value, ...) and an empty body. */
    public static Fault status(int status, String... headers) {
        return body(status, new byte[0], headers);
    }

    public static Fault body(int status, byte[] body, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            drain(exchange);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        };
    }

    /** Promises a length, sends less, and closes the connection. */
    public static Fault truncated(long promised, byte[] sent) {
        return exchange -> {
            exchange.sendResponseHeaders(200, promised);
            exchange.getResponseBody().write(sent);
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** Takes the request and never answers, or sends the first bytes of a body and no more. */
    public Fault hang(long promised, byte[] sent) {
        return exchange -> {
            if (promised > 0) {
                exchange.sendResponseHeaders(200, promised);
                exchange.getResponseBody().write(sent);
                exchange.getResponseBody().flush();
            }
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Promises a length and sends single bytes at this distance until the reader goes away. */
    public Fault drip(long promised, Duration distance) {
        return exchange -> {
            exchange.sendResponseHeaders(200, promised);
            try {
                do {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                } while (!end.await(distance.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Answers as it should, but only once it may. */
    public Fault held(CountDownLatch arrived, CountDownLatch may) {
        return exchange -> {
            arrived.countDown();
            try {
                may.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            serve(exchange);
        };
    }

    /** Serves the first image of an OCI layout under a tag of any repository. */
    public void serve(String tag, Path layout) throws IOException {
        JsonNode entry = new ObjectMapper().readTree(layout.resolve("index.json").toFile()).at("/manifests/0");
        try (Stream<Path> files = Files.list(layout.resolve("blobs/sha256"))) {
            for (Path file : files.toList()) {
                serve(Files.readAllBytes(file));
            }
        }
        serve(tag, new RawManifest(entry.get("mediaType").asText(), blob(Digest.parse(entry.get("digest").asText()))));
    }

    @Override
    protected void before() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    @Override
    protected void after() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        requests.add(new Request(method, path, exchange.getRequestURI().getRawQuery(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("Range")));
        Fault fault = null;
        for (Rule rule : rules) {
            if (fault == null && rule.method().equals(method) && path.matches(rule.path())) {
                fault = rule.faults().get();
            }
        }
        try (exchange) {
            (fault == null ? (Fault) this::serve : fault).answer(exchange);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String method = exchange.getRequestMethod();
        if (path.equals("/v2/")) {
            send(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
        } else if (path.contains("/manifests/") && method.equals("PUT")) {
            RawManifest raw = new RawManifest(
                    exchange.getRequestHeaders().getFirst("Content-Type"), exchange.getRequestBody().readAllBytes());
            serve(last, raw);
            send(exchange, 201, new byte[0]);
        } else if (path.contains("/manifests/")) {
            RawManifest raw = manifests.get(last);
            if (raw == null) {
                send(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes(StandardCharsets.UTF_8));
            } else {
                exchange.getResponseHeaders().add("Content-Type", raw.mediaType());
                exchange.getResponseHeaders().add("Docker-Content-Digest", raw.digest().toString());
                send(exchange, 200, raw.bytes());
            }
        } else if (path.endsWith("/blobs/uploads/") && method.equals("POST")) {
            exchange.getResponseHeaders().add("Location", path + "session?state=1");
            send(exchange, 202, new byte[0]);
        } else if (path.contains("/blobs/uploads/") && method.equals("PUT")) {
            serve(exchange.getRequestBody().readAllBytes());
            send(exchange, 201, new byte[0]);
        } else if (path.contains("/blobs/") && last.startsWith("sha256:")) {
            blob(exchange, blobs.get(Digest.parse(last)));
        } else {
            send(exchange, 404, new byte[0]);
        }
    }

    private static void blob(HttpExchange exchange, byte[] blob) throws IOException {
        if (blob == null) {
            send(exchange, 404, new byte[0]);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, blob);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
        exchange.getResponseHeaders()
                .add("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
        send(exchange, 206, java.util.Arrays.copyOfRange(blob, from, blob.length));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        drain(exchange);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void drain(HttpExchange exchange) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            body.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
