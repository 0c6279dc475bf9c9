package io.jenkins.plugins.windowsimage.engine.registry;

/**
 * Settings of the JDK's HTTP client that it reads once, when the first client of the process is made; so they are applied before
 * that, at the start of the process.
 */
public final class HttpClientSettings {
    private HttpClientSettings() {}

    /** Applies the settings, except those that whoever started the process has chosen. */
    public static void apply() {
        // The client's own buffers of 16 KB cost much processor time.
        setUnlessSet("jdk.httpclient.bufsize", "262144");
        // Otherwise Basic authentication is refused towards proxies for TLS.
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
        // Registries close idle connections far sooner than the client would.
        setUnlessSet("jdk.httpclient.keepalive.timeout", "20");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
