package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildOptions.OutputTarget;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code --output}. */
final class OutputOption {
    private OutputOption() {}

    /** Whether the image is to be pushed: {@code type=registry}, or {@code type=image,push=true} as buildx writes it. */
    static boolean isPush(KeyValues spec) {
        String type = spec.require("type");
        return type.equals("registry") || (type.equals("image") && "true".equals(spec.get("push")));
    }

    /** The file or directory to write; empty when there is none. */
    static Optional<OutputTarget> target(KeyValues spec) {
        String type = spec.require("type");
        return switch (type) {
            case "registry", "image" -> Optional.empty();
            case "oci" -> {
                Path destination = Path.of(spec.require("dest"));
                boolean tar = spec.get("tar") != null
                        ? Boolean.parseBoolean(spec.get("tar"))
                        : destination.toString().toLowerCase(Locale.ROOT).endsWith(".tar");
                yield Optional.of(
                        new OutputTarget(tar ? OutputTarget.Type.OCI_TAR : OutputTarget.Type.OCI_DIRECTORY, destination));
            }
            case "docker" -> Optional.of(new OutputTarget(OutputTarget.Type.DOCKER_TAR, Path.of(spec.require("dest"))));
            default -> throw spec.unknown("type", "oci, docker or registry");
        };
    }
}
