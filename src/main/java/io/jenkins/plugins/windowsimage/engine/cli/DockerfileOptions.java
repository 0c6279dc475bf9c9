package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.build.IoFailures;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that say what the Dockerfile means; {@code build} and {@code plan} share them. */
final class DockerfileOptions {
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}");

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*|git@.*:.*");

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "The Dockerfile (default: Dockerfile in the context), or - for standard input.")
    private Path file;

    @Option(names = "--build-arg", paramLabel = "NAME[=VALUE]", description = "Value of an ARG; without =VALUE the environment's.")
    private List<String> buildArgs = List.of();

    @Option(names = "--target", paramLabel = "STAGE", description = "Stage to build (default: the last).")
    private String target;

    @Option(names = "--platform", paramLabel = "OS/ARCH", defaultValue = "windows/amd64", description = "Of the image (default: ${DEFAULT-VALUE}).")
    private String platform;

    @Option(names = "--os-version", paramLabel = "VERSION", description = "Windows version to choose from an index, such as 10.0.20348.")
    private String osVersion;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Label of the image.")
    private List<String> labels = List.of();

    @Option(
            names = "--build-context",
            paramLabel = "NAME=SOURCE",
            description = "Named context: a directory, docker-image://NAME or oci-layout://DIRECTORY.")
    private List<String> buildContexts = List.of();

    Path file() {
        return file;
    }

    String target() {
        return target;
    }

    /** What messages call the Dockerfile. */
    String name(String context) {
        String name = file != null ? file.toString() : context.equals("-") ? "-" : Path.of(context).resolve("Dockerfile").toString();
        return name.equals("-") ? "standard input" : name;
    }

    /** The text of the Dockerfile alone, without opening the context. */
    String text(String context) {
        String name = name(context);
        try {
            byte[] text = name.equals("standard input") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(name));
            return new String(text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorKind.CONTEXT_READ,
                    "the Dockerfile " + name + " cannot be read: " + IoFailures.sentence(e),
                    "name it with -f",
                    e);
        }
    }

    /** The context's directory, or null for a tar on standard input. */
    Path contextDirectory(String context) {
        if (context.equals("-")) {
            return null;
        }
        if (ADDRESS.matcher(context).matches()) {
            throw new EngineException(
                    ErrorKind.NOT_SUPPORTED,
                    "the context " + context + " is an address; only a directory, or a tar on standard input, can be built from",
                    "fetch it first, or pipe it: curl -sL ADDRESS | windows-image build -",
                    null);
        }
        Path directory = Path.of(context);
        if (!Files.isDirectory(directory)) {
            throw new EngineException(
                    ErrorKind.CONTEXT_READ,
                    "there is no context directory " + directory.toAbsolutePath().normalize());
        }
        return directory;
    }

    Map<String, String> buildArgs() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : buildArgs) {
            int equals = argument.indexOf('=');
            if (equals == 0 || argument.isEmpty()) {
                throw Usage.error("--build-arg " + argument + " has no name");
            }
            if (equals > 0) {
                values.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else if (System.getenv(argument) != null) {
                values.put(argument, System.getenv(argument));
            }
        }
        return values;
    }

    Map<String, String> labels() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String label : labels) {
            int equals = label.indexOf('=');
            if (equals == 0 || label.isEmpty()) {
                throw Usage.error("--label " + label + " has no name");
            }
            values.put(equals < 0 ? label : label.substring(0, equals), equals < 0 ? "" : label.substring(equals + 1));
        }
        return values;
    }

    Map<String, String> buildContexts() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String named : buildContexts) {
            int equals = named.indexOf('=');
            if (equals <= 0 || equals == named.length() - 1) {
                throw Usage.error("--build-context " + named + " is not NAME=SOURCE");
            }
            values.put(named.substring(0, equals), named.substring(equals + 1));
        }
        return values;
    }

    Platform platform() {
        if (platform.indexOf(',') >= 0) {
            throw Usage.error("--platform " + platform + ": one platform at a time; index create puts several images under one name");
        }
        try {
            Platform parsed = Platform.parse(platform);
            if (osVersion != null && !VERSION.matcher(osVersion).matches()) {
                throw Usage.error("--os-version " + osVersion + " is no Windows version; write one such as 10.0.20348 or 10.0.20348.2227");
            }
            return osVersion == null ? parsed : parsed.withOsVersion(osVersion);
        } catch (IllegalArgumentException e) {
            throw Usage.error(e.getMessage());
        }
    }
}
