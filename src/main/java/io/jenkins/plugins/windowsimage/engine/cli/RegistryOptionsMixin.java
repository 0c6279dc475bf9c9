package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How registries are reached; every command that may talk to one has these options. */
final class RegistryOptionsMixin {
    /** Registries to speak plain HTTP with, separated by commas. */
    static final String INSECURE_VARIABLE = "WINDOWS_IMAGE_INSECURE_REGISTRIES";
    /** {@code HOST=FILE} pairs separated by commas. */
    static final String AUTHORITY_VARIABLE = "WINDOWS_IMAGE_REGISTRY_CA";

    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]+)?");

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
            description = "Ask this registry first when images of HOST are pulled; may be repeated.")
    private List<String> mirrors = List.of();

    RegistryOptions options() {
        return options(System.getenv());
    }

    RegistryOptions options(Map<String, String> environment) {
        RegistryOptions.Builder builder = RegistryOptions.fromEnvironment(environment);
        both(insecure, environment.get(INSECURE_VARIABLE)).forEach(host -> builder.insecure(host("--insecure-registry", host, host)));
        // An option comes behind the variable, and so takes its place.
        for (String pair : both(authorities, environment.get(AUTHORITY_VARIABLE))) {
            String[] parts = split("--registry-ca", pair);
            host("--registry-ca", pair, parts[0]);
            if (!Files.isReadable(Path.of(parts[1]))) {
                throw Usage.error("--registry-ca " + pair + ": there is no readable file " + parts[1]);
            }
            builder.certificateAuthority(parts[0], Path.of(parts[1]));
        }
        Map<String, List<String>> byHost = new LinkedHashMap<>();
        for (String pair : mirrors) {
            String[] parts = split("--registry-mirror", pair);
            int slash = parts[1].indexOf('/');
            host("--registry-mirror", pair, slash < 0 ? parts[1] : parts[1].substring(0, slash));
            byHost.computeIfAbsent(host("--registry-mirror", pair, parts[0]), key -> new ArrayList<>()).add(parts[1]);
        }
        byHost.forEach(builder::mirrors);
        return builder.build();
    }

    /** Refuses what could never be the host of an image name, such as a URL. */
    private static String host(String option, String value, String host) {
        if (!HOST.matcher(host).matches()) {
            throw Usage.error(option + " " + value + ": write the host as in image names, HOST[:PORT], without https:// and slashes");
        }
        return host;
    }

    private static List<String> both(List<String> options, String variable) {
        List<String> all = new ArrayList<>();
        if (variable != null) {
            Arrays.stream(variable.split(",")).map(String::trim).filter(text -> !text.isEmpty()).forEach(all::add);
        }
        all.addAll(options);
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
