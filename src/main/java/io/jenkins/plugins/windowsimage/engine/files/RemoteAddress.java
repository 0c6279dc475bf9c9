package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/**
 * Where a download comes from.
 *
 * @param uri without user, password and fragment
 * @param authorization header value made of user and password; null when there are none
 */
record RemoteAddress(URI uri, String authorization) {
    private static final String ALLOWED = "-._~:/?@!$&'()*+,;=%";
    private static final String ALLOWED_IN_HOST = "[]";

    /**
     * Reads a URL as people write it: characters that need an escape get one.
     *
     * @throws EngineException of kind {@link ErrorKind#INVALID_INSTRUCTION} if it is no URL
     */
    static RemoteAddress parse(String url) {
        try {
            return of(URI.create(escaped(url)), null);
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorKind.INVALID_INSTRUCTION, "\"" + withoutSecrets(url) + "\" is no URL", e);
        }
    }

    /**
     * Where a server points to; user and password stay only within one host.
     *
     * @throws IllegalArgumentException if that is no address
     */
    RemoteAddress redirected(String location) {
        if (location.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        URI target = uri.resolve(escaped(location));
        boolean same = Objects.equals(target.getScheme(), uri.getScheme()) && Objects.equals(target.getHost(), uri.getHost())
                && target.getPort() == uri.getPort();
        return of(target, same ? authorization : null);
    }

    private static RemoteAddress of(URI written, String authorization) {
        String user = written.getUserInfo();
        if (user == null) {
            return new RemoteAddress(written, authorization);
        }
        String text = written.toString();
        int start = text.indexOf("//") + 2;
        URI bare = URI.create(text.substring(0, start) + text.substring(start + written.getRawUserInfo().length() + 1));
        String pair = user.contains(":") ? user : user + ":";
        return new RemoteAddress(bare, "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static String escaped(String url) {
        int hash = url.indexOf('#');
        String text = hash < 0 ? url : url.substring(0, hash);
        int host = text.matches("[a-z]+://.*") ? text.indexOf("//") + 2 : 0;
        int slash = text.indexOf('/', host);
        int path = host == 0 ? 0 : slash < 0 ? text.length() : slash;
        return escaped(text.substring(0, path), ALLOWED + ALLOWED_IN_HOST) + escaped(text.substring(path), ALLOWED);
    }

    private static String escaped(String text, String allowed) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || allowed.indexOf(c) >= 0);
            escaped.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return escaped.toString();
    }

    /** For messages: without user, password and query, which may be or hold secrets. */
    String display() {
        return withoutSecrets(uri.toString());
    }

    private static String withoutSecrets(String url) {
        String shown = url.replaceAll("[?#].*", "");
        int start = shown.indexOf("//") + 2;
        int slash = shown.indexOf('/', start);
        int at = shown.substring(0, slash < 0 ? shown.length() : slash).lastIndexOf('@');
        return start < 2 || at < start ? shown : shown.substring(0, start) + shown.substring(at + 1);
    }
}
