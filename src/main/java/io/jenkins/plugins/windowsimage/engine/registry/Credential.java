package io.jenkins.plugins.windowsimage.engine.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What proves to one registry who one is.
 *
 * @param kind how the secret is used
 * @param username empty for tokens
 * @param secret never shown
 */
public record Credential(Kind kind, String username, String secret) {

    /** How a secret is used. */
    public enum Kind {
        /** Sent as it is, or exchanged for a token where the registry works with tokens. */
        PASSWORD,
        /** An OAuth2 refresh token, exchanged for a token. */
        IDENTITY_TOKEN,
        /** A ready bearer token. */
        REGISTRY_TOKEN
    }

    /** The user name under which Docker's credential helpers hand out identity tokens. */
    private static final String TOKEN_USER = "<token>";

    /** User name and password, or an identity token where the name says so as Docker's credential helpers do. */
    public static Credential of(String username, String secret) {
        return TOKEN_USER.equals(username)
                ? new Credential(Kind.IDENTITY_TOKEN, "", secret)
                : new Credential(Kind.PASSWORD, username, secret);
    }

    /** Value of an Authorization header for Basic authentication. */
    String basic() {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        String article = kind == Kind.IDENTITY_TOKEN ? "an " : "a ";
        return article + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                + (username.isEmpty() ? "" : " of " + username);
    }
}
