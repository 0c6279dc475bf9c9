package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials of Docker's config.json: a credential helper for the host ({@code credHelpers}), the credential store
 * ({@code credsStore}), or the file itself ({@code auths}). The file is read at first use, because most work needs no
 * credentials. Thread-safe.
 */
public final class DockerConfigCredentials implements CredentialSource {
    /** The name under which Docker's helpers keep the credential of Docker Hub. */
    private static final String HUB_KEY = "https://index.docker.io/v1/";

    /** Of the file, what concerns credentials. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Config(
            @JsonProperty("auths") Map<String, CredentialEntry> auths,
            @JsonProperty("credsStore") String credsStore,
            @JsonProperty("credHelpers") Map<String, String> credHelpers) {
        private static final Config EMPTY = new Config(null, null, null);

        private Config {
            auths = auths == null ? Map.of() : auths;
            credHelpers = credHelpers == null ? Map.of() : credHelpers;
        }
    }

    private final Path file;
    private final Map<String, String> environment;
    private Config config;

    /**
     * @param file config.json; it need not be there
     * @param environment for the credential helpers
     */
    public DockerConfigCredentials(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = Map.copyOf(environment);
    }

    /**
     * The file that Docker itself would read: in the folder {@code DOCKER_CONFIG}, else in {@code .docker} of the home.
     */
    public static CredentialSource from(Map<String, String> environment) {
        String folder = environment.get("DOCKER_CONFIG");
        if (folder == null || folder.isBlank()) {
            String home = environment.getOrDefault(
                    "HOME", environment.getOrDefault("USERPROFILE", System.getProperty("user.home", "")));
            if (home.isBlank()) {
                return NONE;
            }
            folder = Path.of(home, ".docker").toString();
        }
        return new DockerConfigCredentials(Path.of(folder, "config.json"), environment);
    }

    @Override
    public Optional<Credential> find(String host, Cancellation cancellation) {
        Config known = config();
        String helper = CredentialEntry.lookUp(known.credHelpers(), host);
        if (helper == null || helper.isBlank()) {
            helper = known.credsStore();
        }
        if (helper != null && !helper.isBlank()) {
            String key = host.equals(ImageReference.DOCKER_HUB) ? HUB_KEY : host;
            Optional<Credential> found = new CredentialHelper(helper, environment).get(key, cancellation);
            if (found.isPresent()) {
                return found;
            }
        }
        CredentialEntry entry = CredentialEntry.lookUp(known.auths(), host);
        try {
            return entry == null ? Optional.empty() : entry.credential();
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorKind.REGISTRY_ERROR,
                    "the credentials for " + host + " in " + file + " are broken: " + e.getMessage(),
                    "run docker login " + host + " again", null);
        }
    }

    private synchronized Config config() {
        if (config == null) {
            config = read();
        }
        return config;
    }

    private Config read() {
        try {
            byte[] json = Files.readAllBytes(file);
            if (json.length == 0) {
                return Config.EMPTY;
            }
            Config read = JsonMapper.builder().build().readValue(json, Config.class);
            return read == null ? Config.EMPTY : read;
        } catch (NoSuchFileException e) {
            return Config.EMPTY;
        } catch (JsonProcessingException e) {
            // Not kept as a cause: it would quote the file.
            throw new EngineException(
                    ErrorKind.REGISTRY_ERROR, file + " is not a Docker configuration: not valid JSON");
        } catch (IOException e) {
            throw new EngineException(
                    ErrorKind.REGISTRY_ERROR, "the Docker configuration " + file + " cannot be read", e);
        }
    }
}
