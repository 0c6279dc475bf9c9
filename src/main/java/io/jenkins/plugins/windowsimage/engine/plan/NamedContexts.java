package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Looks named contexts up as BuildKit does: {@code nano}, {@code nano:latest} and {@code docker.io/library/nano} are one. */
final class NamedContexts {
    private final Map<String, ContextSource> byKey = new LinkedHashMap<>();

    NamedContexts(Map<String, ContextSource> contexts) {
        contexts.forEach((name, source) -> byKey.put(key(name), source));
    }

    Optional<ContextSource> find(String name) {
        if (name.equalsIgnoreCase("scratch") || name.equalsIgnoreCase("context")) {
            return Optional.empty();
        }
        return Optional.ofNullable(byKey.get(key(name)));
    }

    private static String key(String name) {
        try {
            String familiar = ImageReference.parse(name).familiar();
            return familiar.endsWith(":latest") ? familiar.substring(0, familiar.length() - ":latest".length()) : familiar;
        } catch (IllegalArgumentException e) {
            return name.toLowerCase(Locale.ROOT);
        }
    }
}
