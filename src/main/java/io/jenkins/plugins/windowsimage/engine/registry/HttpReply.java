package io.jenkins.plugins.windowsimage.engine.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * The answer to a request; closing it before its body was read to the end gives up the connection.
 *
 * @param uri where the answer came from
 * @param body reading throws {@link java.net.http.HttpTimeoutException} when nothing arrives for the read timeout
 */
record HttpReply(URI uri, int status, HttpHeaders headers, InputStream body) implements Closeable {

    /** A header's first value, null when it is missing. */
    String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    /** Media type of the body in lower case and without parameters; empty when it is not stated. */
    String contentType() {
        String type = headers.firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(java.util.Locale.ROOT);
    }

    /** Length of the body as it is stated; -1 when it is not. */
    long contentLength() {
        return headers.firstValueAsLong("Content-Length").orElse(-1);
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
