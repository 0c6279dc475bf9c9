package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.Test;

public class HttpClientThreadsTest {
    @Test
    public void no_thread_waits_for_the_network_after_the_end() throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            HttpClient client = HttpClient.newHttpClient();
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            assertEquals(204, client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
            assertNotEquals(List.of(), selectors());
            HttpClientThreads.end();
            assertEquals(List.of(), selectors());
        } finally {
            server.stop(0);
        }
    }

    private static List<String> selectors() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.contains("Selector")).toList();
    }
}
