package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How registries are reached; every command that may talk to one has these options. */
final class RegistryOptionsMixin {
    /** Registries to speak plain HTTP with, separated by commas. */
    static final String INSECURE_VARIABLE = "WINDOWS_IMAGE_INSECURE_REGISTRIES";
    /** {@code HOST=FILE} pairs separated by commas. */
    static final String AUTHORITY_VARIABLE = "WINDOWS_IMAGE_REGISTRY_CA";

    @Option(
            names = "--insecure-registry",
            paramLabel = "HOST[:PORT]",
            description = "Speak plain HTTP with this registry (also " + INSECURE_VARIABLE + ").")
    private List<String> insecure = List.of();

    @Option(
            names = "--registry-ca",
            paramLabel = "HOST[:PORT]=FILE",
            description = "Trust the authorities in this PEM file for this registry (also " + AUTHORITY_VARIABLE + ").")
    private List<String> authorities = List.of();

    @Option(
            names = "--registry-mirror",
            paramLabel = "HOST=MIRROR",
            description = "Ask this registry first when images of HOST are pulled.")
    private List<String> mirrors = List.of();

    RegistryOptions options() {
        return options(System.getenv());
    }

    RegistryOptions options(Map<String, String> environment) {
        RegistryOptions.Builder builder = RegistryOptions.fromEnvironment(environment);
        both(insecure, environment.get(INSECURE_VARIABLE)).forEach(builder::insecure);
        for (String pair : both(authorities, environment.get(AUTHORITY_VARIABLE))) {
            String[] parts = split("--registry-ca", pair);
            if (!Files.isReadable(Path.of(parts[1]))) {
                throw Usage.error("--registry-ca " + pair + ": there is no readable file " + parts[1]);
            }
            builder.certificateAuthority(parts[0], Path.of(parts[1]));
        }
        for (String pair : mirrors) {
            String[] parts = split("--registry-mirror", pair);
            builder.mirrors(parts[0], List.of(parts[1]));
        }
        return builder.build();
    }

    private static List<String> both(List<String> options, String variable) {
        List<String> all = new ArrayList<>(options);
        if (variable != null) {
            Arrays.stream(variable.split(",")).map(String::trim).filter(text -> !text.isEmpty()).forEach(all::add);
        }
        return all;
    }

    private static String[] split(String option, String pair) {
        int equals = pair.indexOf('=');
        if (equals <= 0 || equals == pair.length() - 1) {
            throw Usage.error(option + " " + pair + " is not HOST=VALUE");
        }
        return new String[] {pair.substring(0, equals), pair.substring(equals + 1)};
    }
}
