package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import org.junit.Test;

/** Which requests go through which proxy. */
public class ProxyRulesTest {

    private static String proxy(Map<String, String> environment, String address) {
        return ProxyRules.fromEnvironment(environment)
                .proxyFor(URI.create(address))
                .map(Object::toString)
                .orElse("none");
    }

    private static boolean direct(String noProxy, String address) {
        return proxy(Map.of("HTTPS_PROXY", "p:1", "HTTP_PROXY", "p:1", "NO_PROXY", noProxy), address).equals("none");
    }

    @Test
    public void each_scheme_has_its_proxy_and_lower_case_wins() {
        Map<String, String> environment = Map.of(
                "HTTP_PROXY", "http://plain:3128", "https_proxy", "secure:8080", "HTTPS_PROXY", "http://other:1");
        assertEquals("plain:3128", proxy(environment, "http://example.com/"));
        assertEquals("secure:8080", proxy(environment, "https://example.com/"));
        assertEquals("none", proxy(Map.of(), "https://example.com/"));
        assertEquals("plain:80", proxy(Map.of("http_proxy", "plain"), "http://example.com"));
    }

    @Test
    public void the_loopback_is_never_asked_for_through_a_proxy() {
        for (String host : new String[] {"localhost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000"}) {
            assertEquals("none", proxy(Map.of("http_proxy", "p:1"), "http://" + host + "/v2/"));
        }
    }

    @Test
    public void exceptions_name_domains_addresses_blocks_and_ports() {
        assertEquals(true, direct("*", "https://a.example.com"));
        assertEquals(true, direct("example.com", "https://example.com"));
        assertEquals(true, direct("x, Example.com", "https://A.example.com"));
        assertFalse(direct("example.com", "https://notexample.com"));
        assertEquals(true, direct(".example.com", "https://a.example.com"));
        assertEquals(true, direct("*.example.com", "https://a.example.com"));
        assertFalse(direct(".example.com", "https://example.com"));
        assertEquals(true, direct("example.com:443", "https://example.com"));
        assertFalse(direct("example.com:444", "https://example.com"));
        assertEquals(true, direct("10.0.0.0/8", "http://10.200.1.1:5000"));
        assertFalse(direct("10.0.0.0/8", "http://11.0.0.1"));
        assertFalse(direct("10.0.0.0/8", "http://ten.example"));
        assertEquals(true, direct("192.168.1.5", "http://192.168.1.5:5000"));
        assertEquals(true, direct("fd00::/8", "http://[fd12::1]:5000"));
        assertEquals(true, direct("0.0.0.0/0", "http://9.9.9.9"));
    }

    @Test
    public void the_proxys_credentials_are_sent_and_not_shown() {
        ProxyRules rules = ProxyRules.fromEnvironment(Map.of("http_proxy", "http://me:p%40ss+1@proxy:3128"));
        ProxyRules.ProxyServer server = rules.proxyFor(URI.create("http://example.com")).orElseThrow();
        assertEquals("Basic " + Base64.getEncoder().encodeToString("me:p@ss+1".getBytes()), server.authorization());
        assertFalse((rules + " " + server).contains("ss"));
        EngineException error = assertThrows(EngineException.class,
                () -> ProxyRules.fromEnvironment(Map.of("HTTPS_PROXY", "socks5://me:secret@proxy")));
        assertFalse((error.getMessage() + error.hint() + error.getCause()).contains("secret"));
    }
}
