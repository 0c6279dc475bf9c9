package io.jenkins.plugins.windowsimage.engine.registry;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * One HTTP request.
 *
 * @param headers by name, each once
 * @param body null for none
 * @param sent told how many bytes of the body were handed to the network so far; null if nobody asks
 */
record HttpCall(String method, URI uri, Map<String, String> headers, BlobSource body, LongConsumer sent) {

    HttpCall {
        headers = Map.copyOf(headers);
    }

    static HttpCall get(URI uri) {
        return new HttpCall("GET", uri, Map.of(), null, null);
    }

    static HttpCall head(URI uri) {
        return new HttpCall("HEAD", uri, Map.of(), null, null);
    }

    static HttpCall post(URI uri) {
        return new HttpCall("POST", uri, Map.of(), BlobSource.of(new byte[0]), null);
    }

    HttpCall with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpCall(method, uri, more, body, sent);
    }

    HttpCall to(URI other) {
        return new HttpCall(method, other, headers, body, sent);
    }

    /** Without headers and their secrets, and without the query, which can hold some. */
    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }
}
