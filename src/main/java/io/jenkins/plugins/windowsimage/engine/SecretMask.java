package io.jenkins.plugins.windowsimage.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Replaces secrets in text by asterisks. Immutable and thread-safe. */
public final class SecretMask {
    private static final String ASTERISKS = "****";
    /** Shorter lines of a secret of several lines are not secrets by themselves. */
    private static final int SHORTEST_LINE = 8;
    private static final int CHUNK = 64 << 10;

    /** Longest first, so that a secret within a secret leaves nothing of the outer one. */
    private final List<String> secrets;

    private final int longest;

    /**
     * @param secrets empty ones are left out; a secret of several lines also counts line by line, and each
     *     also as it is written within JSON
     */
    public SecretMask(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>();
        for (String secret : secrets) {
            add(all, secret);
            if (secret.indexOf('\n') >= 0) {
                secret.lines().filter(line -> line.strip().length() >= SHORTEST_LINE).forEach(line -> add(all, line));
            }
        }
        this.secrets = all.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        this.longest = this.secrets.isEmpty() ? 0 : this.secrets.get(0).length();
    }

    private static void add(Set<String> all, String secret) {
        String stripped = secret.strip();
        if (!stripped.isEmpty()) {
            all.add(stripped);
            all.add(jsonEscaped(stripped));
        }
    }

    /** Reads what {@link #format} wrote. */
    public static SecretMask parse(String text) {
        List<String> secrets = new ArrayList<>();
        if (text != null && !text.isEmpty()) {
            for (String word : text.split(",")) {
                secrets.add(new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8));
            }
        }
        return new SecretMask(secrets);
    }

    /** The secrets as text for {@link #parse}: base64 of each, separated by commas. */
    public String format() {
        return String.join(
                ",",
                secrets.stream()
                        .map(secret -> Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    public boolean isEmpty() {
        return secrets.isEmpty();
    }

    /** The text without the secrets. */
    public String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, ASTERISKS);
        }
        return masked;
    }

    /** The JSON text without the secrets, also where their characters are escaped. */
    public String applyToJson(String json) {
        String masked = json;
        for (String secret : secrets) {
            masked = masked.replace(secret, ASTERISKS).replace(jsonEscaped(secret), ASTERISKS);
        }
        return masked;
    }

    private static String jsonEscaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> escaped.append("\\\"");
                case '\\' -> escaped.append("\\\\");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> escaped.append(c < ' ' ? String.format("\\u%04X", (int) c) : String.valueOf(c));
            }
        }
        return escaped.toString();
    }

    /** Copies UTF-8 text to its end, line by line as lines are completed, without the secrets. */
    public void copy(InputStream in, OutputStream out) throws IOException {
        // Bytes as characters: no character is torn at the end of a chunk.
        SecretMask bytes = asBytes();
        StringBuilder pending = new StringBuilder();
        byte[] buffer = new byte[8 << 10];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            pending.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            bytes.write(pending, bytes.completed(pending), out);
        }
        bytes.write(pending, pending.length(), out);
    }

    /** How much of the text can be written before more is known: whole lines, or most of a line that has no end. */
    private int completed(StringBuilder text) {
        int end = text.lastIndexOf("\n") + 1;
        return end > 0 || text.length() < CHUNK + longest ? end : safeCut(text, text.length() - longest);
    }

    /** A place at or before the limit that is not within a secret. */
    private int safeCut(StringBuilder text, int limit) {
        int cut = limit;
        for (String secret : secrets) {
            int from = Math.max(0, cut - secret.length() + 1);
            int found = text.indexOf(secret, from);
            if (found >= 0 && found < cut) {
                cut = found;
            }
        }
        return cut;
    }

    private void write(StringBuilder pending, int end, OutputStream out) throws IOException {
        if (end > 0) {
            out.write(apply(pending.substring(0, end)).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            pending.delete(0, end);
        }
    }

    private SecretMask asBytes() {
        return new SecretMask(secrets.stream()
                .map(secret -> new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList());
    }
}
