package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of the {@code auths} of Docker's config.json, and of the variable of {@link EnvironmentCredentials}.
 *
 * @param auth {@code user:password} in Base64
 * @param token short for the registry token
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record CredentialEntry(
        @JsonProperty("auth") String auth,
        @JsonProperty("username") String username,
        @JsonProperty("password") String password,
        @JsonProperty("identitytoken") @JsonAlias("identityToken") String identityToken,
        @JsonProperty("registrytoken") @JsonAlias({"registryToken", "token"}) String registryToken) {

    /** Docker Hub under the names that configurations give it. */
    private static final List<String> HUB =
            List.of("index.docker.io", ImageReference.DOCKER_HUB, "registry-1.docker.io", "registry.hub.docker.com");

    /**
     * What the entry holds; empty when it holds nothing, as the entries of hosts whose credentials are kept elsewhere
     * do.
     *
     * @throws IllegalArgumentException without the content, if {@code auth} is not what it should be
     */
    Optional<Credential> credential() {
        if (present(registryToken)) {
            return Optional.of(new Credential(Credential.Kind.REGISTRY_TOKEN, "", registryToken));
        }
        if (present(identityToken)) {
            return Optional.of(new Credential(Credential.Kind.IDENTITY_TOKEN, "", identityToken));
        }
        if (present(auth)) {
            return Optional.of(decoded());
        }
        return present(username) && password != null
                ? Optional.of(Credential.of(username, password))
                : Optional.empty();
    }

    private Credential decoded() {
        String text;
        try {
            text = new String(Base64.getMimeDecoder().decode(auth), StandardCharsets.UTF_8).replace("\0", "");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("auth is not Base64");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("auth is not user:password in Base64");
        }
        return Credential.of(text.substring(0, colon), text.substring(colon + 1));
    }

    private static boolean present(String text) {
        return text != null && !text.isEmpty();
    }

    /** The value for a host, whose key may carry a scheme and a path, as Docker Hub's does; null when there is none. */
    static <T> T lookUp(Map<String, T> byHost, String host) {
        T exact = byHost.get(host);
        if (exact != null) {
            return exact;
        }
        List<String> names = host.equals(ImageReference.DOCKER_HUB) ? HUB : List.of(host.toLowerCase(Locale.ROOT));
        for (String name : names) {
            for (Map.Entry<String, T> entry : byHost.entrySet()) {
                if (hostOf(entry.getKey()).equals(name)) {
                    return entry.getValue();
                }
            }
        }
        return null;
    }

    private static String hostOf(String key) {
        String host = key;
        int scheme = host.indexOf("://");
        if (scheme >= 0) {
            host = host.substring(scheme + 3);
        }
        int slash = host.indexOf('/');
        return (slash < 0 ? host : host.substring(0, slash)).toLowerCase(Locale.ROOT);
    }

    /** Without anything secret. */
    @Override
    public String toString() {
        return "credentials";
    }
}
