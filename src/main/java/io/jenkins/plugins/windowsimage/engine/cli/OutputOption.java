package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildOptions.OutputTarget;
import io.jenkins.plugins.windowsimage.engine.store.OciLayoutWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads {@code --output}: what is to be written where, and what is to be pushed.
 *
 * @param push whether the image is to be pushed: {@code type=registry}, or {@code type=image,push=true} as buildx writes it
 * @param names further names of the image
 * @param target file or directory to write; empty when there is none
 */
record OutputOption(boolean push, List<String> names, Optional<OutputTarget> target) {

    /** A path alone is a directory for an OCI layout, or a tar of one. */
    static OutputOption parse(String text) {
        KeyValues spec = KeyValues.parse("--output", text.indexOf('=') < 0 ? "type=oci,\"dest=" + text + "\"" : text,
                "type", "dest", "tar", "name", "push");
        List<String> names = spec.get("name") == null ? List.of() : List.of(spec.get("name").split(","));
        return switch (spec.require("type")) {
            case "registry" -> new OutputOption(spec.flag("push", true), names, Optional.empty());
            case "image" -> new OutputOption(spec.flag("push", false), names, Optional.empty());
            case "oci" -> {
                Path destination = destination(spec);
                boolean tar = spec.flag("tar", destination.toString().toLowerCase(Locale.ROOT).endsWith(".tar"));
                yield new OutputOption(false, names, Optional.of(
                        new OutputTarget(tar ? OutputTarget.Type.OCI_TAR : OutputTarget.Type.OCI_DIRECTORY, destination)));
            }
            case "docker" ->
                new OutputOption(false, names, Optional.of(new OutputTarget(OutputTarget.Type.DOCKER_TAR, destination(spec))));
            default -> throw spec.unknown("type", "oci, docker or registry");
        };
    }

    private static Path destination(KeyValues spec) {
        String path = spec.require("dest");
        if (path.equals("-")) {
            throw Usage.error("--output cannot write to standard output, which carries the log; name a file");
        }
        return Path.of(path);
    }

    /** What is written, after a look whether it can be: better now than when everything is built. */
    static List<OutputTarget> targets(List<OutputOption> options) throws IOException {
        List<OutputTarget> targets = new ArrayList<>();
        for (OutputOption option : options) {
            if (option.target().isPresent()) {
                OutputTarget target = option.target().get();
                Path path = target.destination().toAbsolutePath().normalize();
                if (targets.stream().anyMatch(other -> other.destination().toAbsolutePath().normalize().equals(path))) {
                    throw Usage.error("--output writes to " + target.destination() + " twice");
                }
                if (target.type() == OutputTarget.Type.OCI_DIRECTORY) {
                    OciLayoutWriter.requireUsable(path);
                } else if (Files.exists(path) && !Files.isRegularFile(path)) {
                    // A whole file takes the place of what has its name, which must not be a device or a pipe.
                    throw Usage.error("--output cannot write a tar to " + target.destination() + ": it is no file; name another");
                }
                targets.add(target);
            }
        }
        return targets;
    }
}
