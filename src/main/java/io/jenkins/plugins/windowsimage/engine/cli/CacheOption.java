package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildOptions.CacheLocation;
import java.nio.file.Path;

/** Reads {@code --cache-from} and {@code --cache-to}. */
final class CacheOption {
    private CacheOption() {}

    static CacheLocation source(String text) {
        // buildx takes a bare image name for type=registry.
        KeyValues spec = KeyValues.parse("--cache-from", text.indexOf('=') < 0 ? "type=registry,ref=" + text : text);
        return location(spec, "src");
    }

    static CacheLocation target(KeyValues spec) {
        return location(spec, "dest");
    }

    private static CacheLocation location(KeyValues spec, String directoryKey) {
        String mode = spec.get("mode") == null ? "min" : spec.get("mode");
        if (!mode.equals("min") && !mode.equals("max")) {
            throw spec.unknown("mode", "min or max");
        }
        boolean all = mode.equals("max");
        return switch (spec.require("type")) {
            case "local" -> new CacheLocation(Path.of(spec.require(directoryKey)), null, all);
            case "registry" -> new CacheLocation(null, Usage.reference(spec.require("ref")), all);
            default -> throw spec.unknown("type", "local, registry or (to export) inline");
        };
    }
}
