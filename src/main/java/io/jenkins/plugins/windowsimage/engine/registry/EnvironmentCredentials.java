package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials for automation from the process environment. {@value #VARIABLE} holds a JSON object from registry host to
 * {@code {"username","password"}}, {@code {"auth"}} (Base64 of user:password), {@code {"identityToken"}} or {@code
 * {"token"}} (a bearer token). For a single registry, {@code REGISTRY_HOST}, {@code REGISTRY_USERNAME} and {@code
 * REGISTRY_PASSWORD} do; without the host the other two are ignored, because a credential belongs to one registry.
 * Immutable.
 */
public final class EnvironmentCredentials implements CredentialSource {
    public static final String VARIABLE = "WINDOWS_IMAGE_REGISTRY_AUTH";
    private static final TypeReference<Map<String, CredentialEntry>> BY_HOST = new TypeReference<>() {};

    private final Map<String, CredentialEntry> entries;

    private EnvironmentCredentials(Map<String, CredentialEntry> entries) {
        this.entries = Map.copyOf(entries);
    }

    /**
     * Reads the variables.
     *
     * @throws EngineException of kind USAGE, without any part of a value, if {@value #VARIABLE} is not what it should
     *     be
     */
    public static EnvironmentCredentials from(Map<String, String> environment) {
        Map<String, CredentialEntry> entries = new HashMap<>();
        String host = environment.get("REGISTRY_HOST");
        String username = environment.get("REGISTRY_USERNAME");
        String password = environment.get("REGISTRY_PASSWORD");
        if (host != null && !host.isBlank() && username != null && password != null) {
            entries.put(host.trim(), new CredentialEntry(null, username, password, null, null));
        }
        String json = environment.get(VARIABLE);
        if (json != null && !json.isBlank()) {
            entries.putAll(parse(json));
        }
        return new EnvironmentCredentials(entries);
    }

    private static Map<String, CredentialEntry> parse(String json) {
        try {
            Map<String, CredentialEntry> entries = JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(json, BY_HOST);
            if (entries != null && !entries.containsValue(null)) {
                entries.forEach(EnvironmentCredentials::requireCredential);
                return entries;
            }
        } catch (IOException e) {
            // Not kept as a cause: it would quote the value.
        }
        throw new EngineException(ErrorKind.USAGE,
                "the variable " + VARIABLE + " is not a JSON object from registry host to credentials",
                "write {\"registry.example.com\":{\"username\":\"...\",\"password\":\"...\"}}", null);
    }

    /** An entry that says nothing is a mistake here: the credentials would silently be those of somewhere else. */
    private static void requireCredential(String host, CredentialEntry entry) {
        try {
            if (entry.credential().isPresent()) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Told when the registry asks for it.
            return;
        }
        throw new EngineException(ErrorKind.USAGE,
                "the entry \"" + host + "\" of the variable " + VARIABLE + " has no username and password",
                "write {\"registry.example.com\":{\"username\":\"...\",\"password\":\"...\"}}", null);
    }

    @Override
    public Optional<Credential> find(String host, Cancellation cancellation) {
        CredentialEntry entry = CredentialEntry.lookUp(entries, host);
        try {
            return entry == null ? Optional.empty() : entry.credential();
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorKind.USAGE,
                    "the credentials for " + host + " in the variable " + VARIABLE + " are broken: " + e.getMessage());
        }
    }
}
