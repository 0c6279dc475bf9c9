package io.jenkins.plugins.windowsimage.engine.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * One of Docker's credential helpers: {@code docker-credential-<name> get} reads a server address from its standard
 * input and writes {@code {"Username","Secret"}} (docker/docker-credential-helpers).
 */
final class CredentialHelper {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final int MAXIMUM_OUTPUT = 1 << 20;
    private static final long PATIENCE_SECONDS = 30;

    /** What a helper answers. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Answer(@JsonProperty("Username") String username, @JsonProperty("Secret") String secret) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "credentials";
        }
    }

    private final String name;
    private final Map<String, String> environment;

    CredentialHelper(String name, Map<String, String> environment) {
        this.name = name;
        this.environment = environment;
    }

    /**
     * Asks the helper.
     *
     * @return empty when it knows nothing about the server
     */
    Optional<Credential> get(String server, Cancellation cancellation) {
        if (!NAME.matcher(name).matches()) {
            throw failure(server, "its name is not a plain word", null);
        }
        ProcessBuilder builder = new ProcessBuilder(executable(server).toString(), "get");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw failure(server, "it cannot be started", e);
        }
        try (Cancellation.Registration registration = cancellation.onRequest(process::destroyForcibly)) {
            return talk(process, server);
        } finally {
            process.destroyForcibly();
            cancellation.check();
        }
    }

    private Path executable(String server) {
        String path = environment.getOrDefault("PATH", environment.getOrDefault("Path", ""));
        for (String folder : path.split(Pattern.quote(File.pathSeparator))) {
            for (String extension : List.of("", ".exe")) {
                Path candidate = Path.of(folder, "docker-credential-" + name + extension);
                if (!folder.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    return candidate;
                }
            }
        }
        throw failure(server, "it is not in any folder of PATH", null);
    }

    private Optional<Credential> talk(Process process, String server) {
        CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> read(process));
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(server.getBytes(StandardCharsets.UTF_8));
            } catch (IOException ignored) {
                // It ended without reading; its exit code says how.
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw failure(server, "it did not answer within " + PATIENCE_SECONDS + " s", null);
            }
            byte[] answer = output.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (process.exitValue() != 0) {
                if (new String(answer, StandardCharsets.UTF_8).contains("credentials not found")) {
                    return Optional.empty();
                }
                throw failure(server, "it ended with exit code " + process.exitValue(), null);
            }
            return parse(server, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(server, "interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw failure(server, "its output cannot be read", e);
        }
    }

    private static byte[] read(Process process) {
        try {
            return process.getInputStream().readNBytes(MAXIMUM_OUTPUT);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Optional<Credential> parse(String server, byte[] answer) {
        Answer read;
        try {
            read = JsonMapper.builder().build().readValue(answer, Answer.class);
        } catch (IOException e) {
            // Not kept as a cause: it would quote the answer.
            throw failure(server, "its answer is not the JSON it should be", null);
        }
        if (read == null || read.username() == null || read.secret() == null) {
            throw failure(server, "its answer names no user or no secret", null);
        }
        return read.secret().isEmpty() ? Optional.empty() : Optional.of(Credential.of(read.username(), read.secret()));
    }

    private EngineException failure(String server, String why, Throwable cause) {
        return new EngineException(ErrorKind.REGISTRY_ERROR,
                "the credential helper docker-credential-" + name + " gave no credentials for " + server + ": " + why,
                "check credsStore and credHelpers in Docker's config.json", cause);
    }
}
