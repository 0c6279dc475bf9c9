package io.jenkins.plugins.windowsimage.config;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.windowsimage.engine.SecretMask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * The credentials of one start of the engine, looked up for a run. Never stored.
 *
 * @param environment variables for the engine's process
 * @param mask what must not be seen in log and result
 */
public record RunCredentials(@NonNull Map<String, String> environment, @NonNull SecretMask mask) {
    private static final String REGISTRY_VARIABLE = "WINDOWS_IMAGE_REGISTRY_AUTH";
    private static final String SECRET_VARIABLE = "WINDOWS_IMAGE_SECRET_";
    /** Windows keeps the whole environment of a process in 32,767 characters. */
    private static final int LARGEST_FILE = 20_000;

    /** Name of the environment variable that carries the secret with this position in the list. */
    @NonNull
    public static String variable(int position) {
        return SECRET_VARIABLE + position;
    }

    /**
     * Looks everything up and notes that the run uses it.
     *
     * @throws AbortException naming the credentials that are missing or of no use
     */
    @NonNull
    public static RunCredentials of(
            @NonNull Run<?, ?> run, @NonNull List<Registry> registries, @NonNull List<BuildSecret> secrets)
            throws IOException, InterruptedException {
        Map<String, String> environment = new TreeMap<>();
        List<String> masked = new ArrayList<>();
        Map<String, Map<String, String>> logins = new TreeMap<>();
        for (Registry registry : registries) {
            if (registry.getCredentialsId() != null) {
                logins.put(registry.host(), login(run, registry, masked));
            }
        }
        if (!logins.isEmpty()) {
            environment.put(REGISTRY_VARIABLE, json(logins));
        }
        for (int i = 0; i < secrets.size(); i++) {
            String value = value(run, secrets.get(i));
            masked.add(value);
            environment.put(variable(i), value);
        }
        return new RunCredentials(Map.copyOf(environment), new SecretMask(masked));
    }

    private static Map<String, String> login(Run<?, ?> run, Registry registry, List<String> masked)
            throws AbortException {
        String id = registry.getCredentialsId();
        IdCredentials credentials = find(
                run, id, URIRequirementBuilder.fromUri("https://" + registry.host()).build());
        DockerRegistryToken token = AuthenticationTokens.convert(DockerRegistryToken.class, credentials);
        if (token == null) {
            throw new AbortException(Messages.RunCredentials_noRegistryToken(id, registry.host()));
        }
        String pair = new String(Base64.getDecoder().decode(token.getToken()), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new AbortException(Messages.RunCredentials_noRegistryToken(id, registry.host()));
        }
        String password = pair.substring(colon + 1);
        masked.add(password);
        masked.add(token.getToken());
        return Map.of("username", pair.substring(0, colon), "password", password);
    }

    private static String json(Object value) {
        try {
            return JsonMapper.builder().build().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of strings are JSON", e);
        }
    }

    private static String value(Run<?, ?> run, BuildSecret secret) throws IOException, InterruptedException {
        IdCredentials credentials = find(run, secret.getCredentialsId(), List.of());
        if (credentials instanceof StringCredentials text) {
            return text.getSecret().getPlainText();
        }
        if (credentials instanceof StandardUsernamePasswordCredentials login) {
            return login.getPassword().getPlainText();
        }
        if (credentials instanceof FileCredentials file) {
            return text(file, secret);
        }
        throw new AbortException(Messages.RunCredentials_noSecret(secret.getCredentialsId(), secret.getId()));
    }

    private static String text(FileCredentials file, BuildSecret secret) throws IOException, InterruptedException {
        byte[] content;
        try (InputStream in = file.getContent()) {
            content = in.readNBytes(LARGEST_FILE + 1);
        }
        if (content.length > LARGEST_FILE) {
            throw new AbortException(
                    Messages.RunCredentials_fileTooLarge(secret.getCredentialsId(), LARGEST_FILE));
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // Told below.
        }
        throw new AbortException(Messages.RunCredentials_fileNotText(secret.getCredentialsId()));
    }

    private static IdCredentials find(Run<?, ?> run, String id, List<DomainRequirement> requirements)
            throws AbortException {
        IdCredentials credentials = CredentialsProvider.findCredentialById(id, IdCredentials.class, run, requirements);
        if (credentials == null) {
            throw new AbortException(Messages.RunCredentials_unknown(id));
        }
        CredentialsProvider.track(run, credentials);
        return credentials;
    }
}
