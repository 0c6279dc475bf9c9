package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes package URLs ({@code pkg:nuget/Newtonsoft.Json@13.0.3}; package-url specification). */
public final class PackageUrl {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~";

    private PackageUrl() {}

    static String nuget(String id, String version) {
        return "pkg:nuget/" + encode(id) + "@" + encode(version);
    }

    /** @param name with its scope, if it has one: {@code @angular/core} */
    static String npm(String name, String version) {
        String lower = name.toLowerCase(Locale.ROOT);
        int slash = lower.indexOf('/');
        String path = slash < 0 ? encode(lower) : encode(lower.substring(0, slash)) + "/" + encode(lower.substring(slash + 1));
        return "pkg:npm/" + path + "@" + encode(version);
    }

    /**
     * An image in a registry.
     *
     * @param digest of its manifest
     */
    public static String oci(ImageReference name, Digest digest) {
        String repository = name.repository();
        String last = repository.substring(repository.lastIndexOf('/') + 1);
        return "pkg:oci/" + encode(last) + "@" + encode(digest.toString()) + "?repository_url="
                + encode(name.name()) + (name.tag() == null ? "" : "&tag=" + encode(name.tag()));
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }
}
