package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildOptions.CacheLocation;
import io.jenkins.plugins.windowsimage.engine.store.OciLayoutWriter;
import java.io.IOException;
import java.nio.file.Path;

/** Reads {@code --cache-from} and {@code --cache-to}; a name alone is one in a registry. */
final class CacheOption {
    private CacheOption() {}

    static CacheLocation source(String text) {
        KeyValues spec = KeyValues.parse("--cache-from", typed(text), "type", "src", "ref");
        return switch (spec.require("type")) {
            case "local" -> new CacheLocation(Path.of(spec.require("src")), null, false);
            case "registry" -> new CacheLocation(null, Usage.reference(spec.require("ref")), false);
            default -> throw spec.unknown("type", "local or registry, which also reads what type=inline wrote");
        };
    }

    /** Where steps are exported to; null for the image itself. */
    static CacheLocation target(String text) throws IOException {
        KeyValues spec = KeyValues.parse("--cache-to", typed(text), "type", "dest", "ref", "mode");
        String mode = spec.get("mode") == null ? "min" : spec.get("mode");
        if (!mode.equals("min") && !mode.equals("max")) {
            throw spec.unknown("mode", "min or max");
        }
        boolean all = mode.equals("max");
        return switch (spec.require("type")) {
            case "local" -> {
                Path directory = Path.of(spec.require("dest"));
                OciLayoutWriter.requireUsable(directory);
                yield new CacheLocation(directory, null, all);
            }
            case "registry" -> new CacheLocation(null, Usage.reference(spec.require("ref")), all);
            case "inline" -> null;
            default -> throw spec.unknown("type", "local, registry or inline");
        };
    }

    private static String typed(String text) {
        return text.indexOf('=') < 0 ? "type=registry,ref=" + text : text;
    }
}
