package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest such as {@code sha256:6c3c...}; the algorithm is always sha256, the one that every registry serves.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
    private static final String PREFIX = "sha256:";
    private static final int LENGTH = 64;

    public Digest {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not a sha256 digest: " + hex);
        }
    }

    /** Without a regular expression, because there are as many digests as files. */
    private static boolean isHex(String text) {
        boolean hex = text.length() == LENGTH;
        for (int i = 0; hex && i < LENGTH; i++) {
            char c = text.charAt(i);
            hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
        return hex;
    }

    /**
     * Reads {@code sha256:<hex>}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    @JsonCreator
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not a sha256 digest: " + text);
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    /** The digest of these bytes. */
    public static Digest of(byte[] content) {
        return finish(start(), content);
    }

    /** The digest of this text in UTF-8. */
    public static Digest of(String content) {
        return of(content.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest that this running computation ends in; the computation is reset. */
    public static Digest of(MessageDigest running) {
        return new Digest(HexFormat.of().formatHex(running.digest()));
    }

    /** A new running computation, to be ended with {@link #of(MessageDigest)}. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Digest finish(MessageDigest running, byte[] last) {
        running.update(last);
        return of(running);
    }

    /** The first twelve digits, enough for a person to tell two images apart. */
    public String shortHex() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    /** {@code sha256:<hex>}. */
    @Override
    @JsonValue
    public String toString() {
        return PREFIX + hex;
    }
}
