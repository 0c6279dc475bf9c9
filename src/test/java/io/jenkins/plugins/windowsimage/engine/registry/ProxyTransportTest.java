package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Rule;
import org.junit.Test;

/** Requests through proxies, with the proxy's credentials going to the proxy alone. */
public class ProxyTransportTest {
    private static final String AUTHORIZATION = "Basic bWU6cHc=";

    @Rule
    public final FaultyRegistry proxy = new FaultyRegistry();

    private static RegistryClient client(String proxy) {
        RegistryOptions options = RegistryOptions.builder()
                .insecure("plain.test")
                .proxies(ProxyRules.fromEnvironment(
                        Map.of("http_proxy", "http://me:pw@" + proxy, "https_proxy", "http://me:pw@" + proxy)))
                .retry(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, (time, stop) -> {}))
                .build();
        return new HttpRegistryClient(options, new Cancellation());
    }

    @Test
    public void plain_requests_are_sent_to_the_proxy_with_its_credentials() {
        AtomicReference<String> authorization = new AtomicReference<>();
        AtomicReference<URI> asked = new AtomicReference<>();
        proxy.next("GET", "/v2/", exchange -> {
            authorization.set(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
            asked.set(exchange.getRequestURI());
            FaultyRegistry.status(200).answer(exchange);
        });
        client(proxy.host()).ping("plain.test");
        assertEquals(AUTHORIZATION, authorization.get());
        assertEquals("http://plain.test/v2/", asked.get().toString());
    }

    @Test
    public void a_proxy_that_refuses_is_named_as_such() {
        proxy.next("GET", "/v2/", FaultyRegistry.status(407, "Proxy-Authenticate", "Basic realm=\"x\""));
        RegistryException error =
                assertThrows(RegistryException.class, () -> client(proxy.host()).ping("plain.test"));
        assertTrue(error.getMessage(), error.getMessage().contains("proxy"));
        assertTrue(error.hint(), error.hint().contains("HTTP_PROXY"));
    }

    @Test
    public void tls_is_tunnelled_with_the_proxys_credentials() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> head = CompletableFuture.supplyAsync(() -> headOf(server));
            assertThrows(RegistryException.class,
                    () -> client("127.0.0.1:" + server.getLocalPort()).ping("secure.test"));
            List<String> lines = head.get();
            assertEquals("CONNECT secure.test:443 HTTP/1.1", lines.get(0));
            assertTrue(lines.toString(), lines.contains("Proxy-Authorization: " + AUTHORIZATION));
        }
    }

    private static List<String> headOf(ServerSocket server) {
        // Refuses what the client tries next.
        try (server; Socket socket = server.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    public void a_proxy_that_is_not_there_is_named_as_such() throws IOException {
        int closed;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = server.getLocalPort();
        }
        RegistryException error =
                assertThrows(RegistryException.class, () -> client("127.0.0.1:" + closed).ping("secure.test"));
        assertTrue(error.getMessage(), error.getMessage().contains("the proxy 127.0.0.1:" + closed + " refuses"));
        assertTrue(error.hint(), error.hint().contains("HTTPS_PROXY"));
    }
}
