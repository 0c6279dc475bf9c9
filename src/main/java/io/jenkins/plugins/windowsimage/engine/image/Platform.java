package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What an image runs on.
 *
 * @param architecture Go's name, {@code amd64} or {@code arm64}
 * @param os {@code windows} or {@code linux}
 * @param osVersion for Windows the four-part version such as {@code 10.0.20348.2227}; null when unknown
 * @param osFeatures such as {@code win32k}; null when not stated
 * @param variant for arm; null when not stated
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Platform(
        @JsonProperty("architecture") String architecture,
        @JsonProperty("os") String os,
        @JsonProperty("os.version") String osVersion,
        @JsonProperty("os.features") List<String> osFeatures,
        @JsonProperty("variant") String variant) {

    public static final Platform WINDOWS_AMD64 = new Platform("amd64", "windows", null, null, null);

    public Platform {
        osFeatures = osFeatures == null ? null : List.copyOf(osFeatures);
    }

    /**
     * Reads {@code windows/amd64}, {@code windows/arm64/v8} or, with a version, {@code windows(10.0.20348.2227)/amd64}
     * (the form that containerd prints). An architecture left out is amd64.
     *
     * @throws IllegalArgumentException with a sentence if the text has another form
     */
    public static Platform parse(String text) {
        String[] parts = text.trim().split("/", -1);
        String os = parts[0];
        String version = null;
        int open = os.indexOf('(');
        if (open > 0 && os.endsWith(")")) {
            version = os.substring(open + 1, os.length() - 1);
            os = os.substring(0, open);
        }
        boolean blank = os.isEmpty();
        for (String part : parts) {
            blank |= part.isEmpty();
        }
        if (blank || parts.length > 3 || (version != null && !version.matches("[0-9]+(\\.[0-9]+){0,3}"))) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a platform; write os/architecture, for example windows/amd64");
        }
        String variant = parts.length == 3 ? parts[2] : null;
        return new Platform(normalArchitecture(parts), os.toLowerCase(java.util.Locale.ROOT), version, null, variant);
    }

    private static String normalArchitecture(String[] parts) {
        String architecture = parts.length > 1 ? parts[1].toLowerCase(java.util.Locale.ROOT) : "amd64";
        return switch (architecture) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> architecture;
        };
    }

    /** This platform with another Windows version. */
    public Platform withOsVersion(String version) {
        return new Platform(architecture, os, version, osFeatures, variant);
    }

    /** {@code os/architecture[/variant]}, the form that users write. */
    public String shortName() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }

    /** The short name, and the version in brackets where there is one. */
    @Override
    public String toString() {
        return osVersion == null ? shortName() : os + "(" + osVersion + ")/" + architecture
                + (variant == null ? "" : "/" + variant);
    }
}
