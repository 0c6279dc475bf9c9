package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the platforms that people write in a Dockerfile, where either half may be left out. */
final class PlatformName {
    private static final Set<String> SYSTEMS = Set.of(
            "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd",
            "plan9", "solaris", "wasip1", "windows", "macos");
    private static final Set<String> ARCHITECTURES = Set.of(
            "386", "i386", "amd64", "x86_64", "x86-64", "arm", "armhf", "armel", "arm64", "aarch64", "loong64", "mips",
            "mipsle", "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "wasm");

    private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9_.-]+");

    private PlatformName() {}

    /**
     * @param target gives the half that is left out
     * @throws IllegalArgumentException with a sentence if the text names no platform
     */
    static Platform parse(String text, Platform target) {
        if (text.indexOf('/') < 0) {
            String word = text.toLowerCase(Locale.ROOT);
            if (ARCHITECTURES.contains(word)) {
                return Platform.parse(target.os() + "/" + word);
            }
            int bracket = word.indexOf('(');
            if (!SYSTEMS.contains(bracket < 0 ? word : word.substring(0, bracket))) {
                throw new IllegalArgumentException(
                        "\"" + text + "\": unknown operating system or architecture: invalid argument");
            }
            return Platform.parse(word + "/" + target.architecture());
        }
        String[] parts = text.split("/", 4);
        for (int i = 1; i < parts.length; i++) {
            if (!COMPONENT.matcher(parts[i]).matches()) {
                throw new IllegalArgumentException("\"" + parts[i] + "\" is an invalid component of \"" + text
                        + "\": platform specifier component must match \"^" + COMPONENT + "$\": invalid argument");
            }
        }
        if (parts.length > 3) {
            throw new IllegalArgumentException("\"" + text + "\": cannot parse platform specifier: invalid argument");
        }
        return Platform.parse(text);
    }
}
