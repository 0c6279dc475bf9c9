package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks content against a value of {@code --checksum} as it passes by. For one thread at a time. */
final class FileChecksum {
    private static final Pattern SYNTAX = Pattern.compile("(sha256|sha384|sha512):[0-9a-f]+");
    private static final Map<String, String> ALGORITHMS = Map.of("sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

    private final String expected;
    private final String algorithm;
    private final MessageDigest digest;

    /**
     * @param expected such as {@code sha256:...}; null to accept any content
     * @throws EngineException of kind {@link ErrorKind#INVALID_INSTRUCTION} if it is no checksum
     */
    FileChecksum(String expected) {
        this.expected = expected;
        this.algorithm = expected == null ? "sha256" : expected.substring(0, Math.max(0, expected.indexOf(':')));
        if (expected != null && !SYNTAX.matcher(expected).matches()) {
            throw invalid(expected);
        }
        try {
            this.digest = MessageDigest.getInstance(ALGORITHMS.get(algorithm));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        if (expected != null && expected.length() != algorithm.length() + 1 + 2 * digest.getDigestLength()) {
            throw invalid(expected);
        }
    }

    void update(ByteBuffer content) {
        digest.update(content);
    }

    /** @throws EngineException of kind {@link ErrorKind#HTTP_FETCH_FAILED} if the content is another one */
    void verify(String url) {
        String found = algorithm + ":" + HexFormat.of().formatHex(digest.digest());
        if (expected != null && !expected.equals(found)) {
            throw new EngineException(ErrorKind.HTTP_FETCH_FAILED,
                    "what " + url + " gives has the checksum " + found + ", but --checksum says " + expected);
        }
    }

    private static EngineException invalid(String text) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION, String.format(Locale.ROOT,
                "--checksum=%s is no checksum: write sha256: and 64 lower-case hexadecimal digits", text));
    }
}
