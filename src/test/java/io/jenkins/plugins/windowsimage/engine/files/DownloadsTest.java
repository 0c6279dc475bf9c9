package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class DownloadsTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
    private static final String PASSWORD = "changeit";

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicReference<Headers> lastHeaders = new AtomicReference<>();
    private HttpServer server;
    private Path spool;

    @Before
    public void serve() throws IOException {
        spool = temporary.newFolder("spool").toPath();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        routes(server);
    }

    private void routes(HttpServer to) {
        to.setExecutor(threads);
        to.createContext("/file", exchange -> answer(exchange, 200, CONTENT));
        to.createContext("/dated", exchange -> {
            exchange.getResponseHeaders().set("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT");
            answer(exchange, 200, CONTENT);
        });
        to.createContext("/missing", exchange -> answer(exchange, 404, CONTENT));
        to.createContext("/hop", exchange -> redirect(exchange, exchange.getRequestURI().getQuery()));
        to.createContext("/loop", exchange -> redirect(exchange, "/loop"));
        to.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(new byte[4096]);
                }
            }
        });
        to.createContext("/short", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(CONTENT);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        to.createContext("/silent", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().flush();
            await();
            exchange.close();
        });
        to.start();
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        lastHeaders.set(exchange.getRequestHeaders());
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    @After
    public void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
        assertEquals("temporary files that stay", 0, spool.toFile().list().length);
    }

    @Test
    public void fetches_a_file() throws Exception {
        try (RemoteFile file = fetch("/file?token=1", null)) {
            assertEquals("name.bin", file.file().path());
            assertEquals(CONTENT.length, file.file().size());
            assertEquals(Instant.EPOCH, file.file().modified());
            assertEquals("content", text(file));
            assertEquals(List.of(file.file()), file.children(file.find("").orElseThrow()));
        }
    }

    @Test
    public void takes_the_time_that_the_server_gives() throws Exception {
        try (RemoteFile file = fetch("/dated", null)) {
            assertEquals(Instant.parse("2026-01-02T03:04:05Z"), file.file().modified());
        }
    }

    @Test
    public void verifies_checksums() throws Exception {
        String right = checksum("SHA-256", "sha256");
        fetch("/file", right).close();
        fetch("/file", checksum("SHA-512", "sha512")).close();
        fetch("/hop?/file", right).close();
        EngineException e = failure("/file", right.replace(right.charAt(20), right.charAt(20) == '0' ? '1' : '0'));
        assertEquals(ErrorKind.HTTP_FETCH_FAILED, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains(right));
        for (String invalid : List.of("sha256:12", "md5:" + "0".repeat(32), "x", "sha256:" + "G".repeat(64), right.toUpperCase())) {
            assertEquals(ErrorKind.INVALID_INSTRUCTION, failure("/file", invalid).kind());
        }
    }

    private static String checksum(String algorithm, String prefix) throws Exception {
        return prefix + ":" + HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(CONTENT));
    }

    @Test
    public void follows_redirects_so_far() throws Exception {
        fetch("/hop?/file", null).close();
        fetch("/hop?" + base() + "/file", null).close();
        assertMessage(failure("/loop", null), "redirected more than 3 times");
        assertMessage(failure("/hop?file:///etc/passwd", null), "neither HTTP nor HTTPS");
        assertMessage(failure("/hop?http://[", null), "no address");
    }

    @Test
    public void says_why_a_file_cannot_be_had() {
        assertMessage(failure("/missing?secret=1", null), base() + "/missing answers with status 404");
        assertMessage(failure("/short", null), "cannot be fetched");
        server.stop(0);
        assertMessage(failure("/file", null), "cannot be fetched");
    }

    @Test
    public void refuses_what_is_too_large() {
        assertMessage(failure("/endless", null), "larger than 100000 bytes");
    }

    @Test
    public void gives_up_on_servers_that_fall_silent() {
        DownloadLimits impatient = new DownloadLimits(100_000, Duration.ofMillis(300), 3);
        Downloads downloads = new Downloads(client(null), spool, impatient, new Cancellation());
        assertMessage(assertThrows(EngineException.class, () -> downloads.fetch(base() + "/silent", "f", null)), "sent nothing for");
    }

    @Test
    public void stops_when_the_build_is_cancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        server.createContext("/cancelling", exchange -> {
            cancellation.request();
            await();
            exchange.close();
        });
        Downloads downloads = new Downloads(client(null), spool, DownloadLimits.DEFAULT, cancellation);
        EngineException e = assertThrows(EngineException.class, () -> downloads.fetch(base() + "/cancelling", "f", null));
        assertEquals(ErrorKind.CANCELLED, e.kind());
    }

    @Test
    public void gives_user_and_password_to_their_host_alone() throws Exception {
        String secret = base().replace("//", "//me:s%40cret@");
        downloads(null).fetch(secret + "/file", "f", null).close();
        assertEquals("Basic bWU6c0BjcmV0", lastHeaders.get().getFirst("Authorization"));
        downloads(null).fetch(secret + "/hop?/file", "f", null).close();
        assertEquals("Basic bWU6c0BjcmV0", lastHeaders.get().getFirst("Authorization"));
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        routes(other);
        try {
            String elsewhere = "http://127.0.0.1:" + other.getAddress().getPort();
            downloads(null).fetch(secret + "/hop?" + elsewhere + "/file", "f", null).close();
            assertNull(lastHeaders.get().getFirst("Authorization"));
        } finally {
            other.stop(0);
        }
        EngineException e = assertThrows(EngineException.class, () -> downloads(null).fetch(secret + "/missing", "f", null));
        assertFalse(e.getMessage(), e.getMessage().contains("cret"));
    }

    @Test
    public void escapes_what_people_leave_unescaped() throws Exception {
        fetch("/file/with space/\u00fc|{x}#part", null).close();
        EngineException e = assertThrows(EngineException.class, () -> downloads(null).fetch("http://me:secret@[x/y", "f", null));
        assertFalse(e.getMessage(), e.getMessage().contains("secret"));
        assertEquals(ErrorKind.HTTP_FETCH_FAILED,
                assertThrows(EngineException.class, () -> downloads(null).fetch("http:///x", "f", null)).kind());
        assertEquals("http://[::1]:80/a%5Bb%5D", RemoteAddress.parse("http://[::1]:80/a[b]").uri().toString());
    }

    @Test
    public void never_goes_from_https_to_http() throws Exception {
        SSLContext tls = selfSigned();
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        routes(secure);
        try {
            String from = "https://localhost:" + secure.getAddress().getPort();
            downloads(tls).fetch(from + "/hop?/file", "f", null).close();
            EngineException e = assertThrows(
                    EngineException.class, () -> downloads(tls).fetch(from + "/hop?" + base() + "/file", "f", null));
            assertMessage(e, "not protected by TLS");
            assertNull(lastHeaders.get().getFirst("Authorization"));
            assertMessage(assertThrows(EngineException.class, () -> downloads(null).fetch(from + "/file", "f", null)), "fetched");
        } finally {
            secure.stop(0);
        }
    }

    private SSLContext selfSigned() throws Exception {
        Path store = temporary.getRoot().toPath().resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-keystore", store.toString(), "-storepass", PASSWORD, "-alias", "a", "-keyalg", "EC", "-dname", "CN=localhost",
                "-ext", "SAN=dns:localhost").redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(output, 0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", keys.getCertificate("a"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private RemoteFile fetch(String path, String checksum) throws IOException {
        return downloads(null).fetch(base() + path, "name.bin", checksum);
    }

    private EngineException failure(String path, String checksum) {
        return assertThrows(EngineException.class, () -> fetch(path, checksum));
    }

    private Downloads downloads(SSLContext tls) {
        DownloadLimits limits = new DownloadLimits(100_000, Duration.ofSeconds(60), 3);
        return new Downloads(client(tls), spool, limits, new Cancellation());
    }

    private static HttpClient client(SSLContext tls) {
        HttpClient.Builder client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER);
        return (tls == null ? client : client.sslContext(tls)).build();
    }

    private static void assertMessage(EngineException e, String part) {
        assertEquals(ErrorKind.HTTP_FETCH_FAILED, e.kind());
        assertTrue(e.getMessage(), e.getMessage().contains(part));
    }

    private static String text(RemoteFile file) throws IOException {
        String[] text = new String[1];
        file.read(List.of(file.file()), (node, content) -> text[0] = new String(content.readAllBytes(), StandardCharsets.UTF_8));
        return text[0];
    }
}
