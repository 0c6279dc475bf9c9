package io.jenkins.plugins.windowsimage.engine.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached. Hosts are written as in image references, with their port ({@code localhost:5000}); the
 * case of letters does not matter.
 *
 * @param insecure registries that are spoken to in plain HTTP; no other is, not even on the loopback
 * @param certificateAuthorities PEM files by registry, trusted beside the platform's authorities for that registry
 *     alone
 * @param mirrors by registry, what is asked first for pulls: {@code host} or {@code host/prefix}
 * @param proxies which requests go through a proxy
 * @param credentials who one is
 * @param retry how often something is tried
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest silence during a request
 * @param parallelism blobs transferred at a time, at least 1
 */
public record RegistryOptions(
        Set<String> insecure,
        Map<String, Path> certificateAuthorities,
        Map<String, List<String>> mirrors,
        ProxyRules proxies,
        CredentialSource credentials,
        RetryPolicy retry,
        Duration connectTimeout,
        Duration readTimeout,
        int parallelism) {

    public RegistryOptions {
        insecure = Set.copyOf(insecure);
        certificateAuthorities = Map.copyOf(certificateAuthorities);
        mirrors = Map.copyOf(mirrors);
    }

    /** Options without proxies and credentials, to be filled in. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Proxies, and credentials from variables ({@link EnvironmentCredentials}) or else from Docker's configuration
     * ({@link DockerConfigCredentials}), as this environment says.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind USAGE for variables that make no sense
     */
    public static Builder fromEnvironment(Map<String, String> environment) {
        return builder()
                .proxies(ProxyRules.fromEnvironment(environment))
                .credentials(CredentialSource.firstOf(
                        EnvironmentCredentials.from(environment), DockerConfigCredentials.from(environment)));
    }

    boolean isInsecure(String host) {
        return insecure.contains(normal(host));
    }

    Path certificateAuthority(String host) {
        return certificateAuthorities.get(normal(host));
    }

    List<String> mirrorsOf(String host) {
        return mirrors.getOrDefault(normal(host), List.of());
    }

    private static String normal(String host) {
        return host.toLowerCase(Locale.ROOT);
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private final Set<String> insecure = new HashSet<>();
        private final Map<String, Path> certificateAuthorities = new HashMap<>();
        private final Map<String, List<String>> mirrors = new HashMap<>();
        private ProxyRules proxies = ProxyRules.NONE;
        private CredentialSource credentials = CredentialSource.NONE;
        private RetryPolicy retry = RetryPolicy.DEFAULT;
        private Duration connectTimeout = Duration.ofSeconds(15);
        private Duration readTimeout = Duration.ofSeconds(30);
        private int parallelism = 4;

        public Builder insecure(String host) {
            insecure.add(normal(host));
            return this;
        }

        public Builder certificateAuthority(String host, Path pem) {
            certificateAuthorities.put(normal(host), pem);
            return this;
        }

        public Builder mirrors(String host, List<String> instead) {
            mirrors.put(normal(host), List.copyOf(instead));
            return this;
        }

        public Builder proxies(ProxyRules value) {
            proxies = value;
            return this;
        }

        public Builder credentials(CredentialSource value) {
            credentials = value;
            return this;
        }

        public Builder retry(RetryPolicy value) {
            retry = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder readTimeout(Duration value) {
            readTimeout = value;
            return this;
        }

        public Builder parallelism(int value) {
            parallelism = Math.max(1, value);
            return this;
        }

        public RegistryOptions build() {
            return new RegistryOptions(insecure, certificateAuthorities, mirrors, proxies, credentials, retry,
                    connectTimeout, readTimeout, parallelism);
        }
    }
}
