package io.jenkins.plugins.windowsimage.engine.registry;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Where credentials are found, and for whom. */
public class CredentialsTest {
    private static final String AUTH = Base64.getEncoder().encodeToString("user:pa:ss".getBytes());

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Map<String, String> environment = new HashMap<>();

    private CredentialSource docker(String config) throws IOException {
        Files.writeString(folder.getRoot().toPath().resolve("config.json"), config.replace('\'', '"'));
        environment.put("DOCKER_CONFIG", folder.getRoot().getPath());
        return DockerConfigCredentials.from(environment);
    }

    private static Optional<Credential> find(CredentialSource source, String host) {
        return source.find(host, new Cancellation());
    }

    private void helper(String name, String script) throws IOException {
        assumeTrue("needs a shell", File.pathSeparatorChar == ':');
        Path file = folder.getRoot().toPath().resolve("docker-credential-" + name);
        Files.writeString(file, "#!/bin/sh\n" + script);
        assertTrue(file.toFile().setExecutable(true));
        environment.put("PATH", folder.getRoot() + ":/usr/bin:/bin");
    }

    @Test
    public void docker_config_keys_may_carry_scheme_and_path() throws IOException {
        CredentialSource source = docker("{'auths':{'https://index.docker.io/v1/':{'auth':'" + AUTH + "'},"
                + "'http://a.test:5000/v2/':{'username':'u','password':'p'},"
                + "'b.test':{'identitytoken':'refresh','auth':'" + AUTH + "'},'c.test':{'registrytoken':'ready'},"
                + "'empty.test':{}},'HttpHeaders':{}}");
        assertEquals(Optional.of(new Credential(Credential.Kind.PASSWORD, "user", "pa:ss")), find(source, "docker.io"));
        assertEquals(Optional.of(new Credential(Credential.Kind.PASSWORD, "u", "p")), find(source, "a.test:5000"));
        assertEquals(
                Optional.of(new Credential(Credential.Kind.IDENTITY_TOKEN, "", "refresh")), find(source, "b.test"));
        assertEquals(Optional.of(new Credential(Credential.Kind.REGISTRY_TOKEN, "", "ready")), find(source, "c.test"));
        for (String host : List.of("empty.test", "a.test", "a.test:5001", "x.b.test", "test")) {
            assertEquals(host, Optional.empty(), find(source, host));
        }
    }

    @Test
    public void helpers_are_asked_by_host_then_the_store_then_the_file() throws IOException {
        helper("one", "read host; [ \"$1\" = get ] && [ \"$host\" = a.test ] && "
                + "echo '{\"ServerURL\":\"a.test\",\"Username\":\"<token>\",\"Secret\":\"refresh\"}'");
        helper("all", "read host; case $host in https://index.docker.io/v1/) "
                + "echo '{\"Username\":\"hub\",\"Secret\":\"s\"}';; "
                + "*) echo 'credentials not found in native keychain'; exit 1;; esac");
        CredentialSource source = docker("{'credHelpers':{'a.test':'one'},'credsStore':'all',"
                + "'auths':{'c.test':{'auth':'" + AUTH + "'}}}");
        assertEquals(Credential.Kind.IDENTITY_TOKEN, find(source, "a.test").orElseThrow().kind());
        assertEquals("hub", find(source, "docker.io").orElseThrow().username());
        assertEquals("user", find(source, "c.test").orElseThrow().username());
        assertEquals(Optional.empty(), find(source, "d.test"));
    }

    @Test
    public void a_broken_helper_is_named_and_its_words_are_not_repeated() throws IOException {
        helper("bad", "echo s3cret; exit 3");
        helper("odd", "echo s3cret");
        for (String name : List.of("bad", "odd", "absent", "../bad")) {
            CredentialSource source = docker("{'credsStore':'" + name + "'}");
            EngineException error = assertThrows(EngineException.class, () -> find(source, "a.test"));
            assertTrue(error.getMessage(), error.getMessage().contains("docker-credential-" + name));
            assertFalse((error + " " + error.hint() + " " + error.getCause()).contains("s3cret"));
        }
    }

    @Test
    public void the_environment_gives_credentials_by_host() {
        CredentialSource source = EnvironmentCredentials.from(Map.of(
                "WINDOWS_IMAGE_REGISTRY_AUTH",
                "{\"a.test\":{\"username\":\"u\",\"password\":\"p\"},\"b.test\":{\"token\":\"t\"},"
                        + "\"c.test\":{\"identityToken\":\"i\"},\"d.test\":{\"auth\":\"" + AUTH + "\"}}",
                "REGISTRY_HOST", "e.test:5000", "REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD", "mine"));
        assertEquals(new Credential(Credential.Kind.PASSWORD, "u", "p"), find(source, "a.test").orElseThrow());
        assertEquals(Credential.Kind.REGISTRY_TOKEN, find(source, "b.test").orElseThrow().kind());
        assertEquals(Credential.Kind.IDENTITY_TOKEN, find(source, "c.test").orElseThrow().kind());
        assertEquals("user", find(source, "d.test").orElseThrow().username());
        assertEquals("me", find(source, "e.test:5000").orElseThrow().username());
        assertEquals(Optional.empty(), find(source, "other.test"));
        assertEquals(Optional.empty(), find(EnvironmentCredentials.from(
                Map.of("REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD", "mine")), "e.test"));
    }

    @Test
    public void broken_configurations_are_named_without_their_content() throws IOException {
        EngineException variable = assertThrows(EngineException.class, () -> EnvironmentCredentials.from(
                Map.of("WINDOWS_IMAGE_REGISTRY_AUTH", "{\"a\":s3cret")));
        CredentialSource file = docker("{'auths':{'a.test':{'auth':s3cret}}}");
        EngineException json = assertThrows(EngineException.class, () -> find(file, "a.test"));
        CredentialSource base64 = docker("{'auths':{'a.test':{'auth':'czNjcmV0'}}}");
        EngineException auth = assertThrows(EngineException.class, () -> find(base64, "a.test"));
        for (EngineException error : List.of(variable, json, auth)) {
            String shown = error + " " + error.hint() + " " + error.getCause();
            assertFalse(shown, shown.contains("s3cret") || shown.contains("czNjcmV0"));
        }
        assertFalse(new Credential(Credential.Kind.PASSWORD, "u", "s3cret").toString().contains("s3cret"));
    }

    @Test
    public void challenges_are_read_as_registries_write_them() {
        List<Challenge> found = Challenge.parse(List.of(
                "Bearer realm=\"https://auth.test/token?a=b,c\", service=svc ,scope=\"repository:a/b:pull,push\"",
                "Negotiate, Basic realm=\"say \\\"please\\\"\"", "\"nonsense", ""));
        assertEquals(List.of("bearer", "negotiate", "basic"), found.stream().map(Challenge::scheme).toList());
        assertEquals(Map.of("realm", "https://auth.test/token?a=b,c", "service", "svc",
                "scope", "repository:a/b:pull,push"), found.get(0).parameters());
        assertEquals("say \"please\"", found.get(2).parameters().get("realm"));
    }

    @Test
    public void an_empty_docker_config_says_nothing() throws IOException {
        assertEquals(Optional.empty(), find(docker(""), "a.test"));
    }

    @Test
    public void an_entry_of_the_variable_without_a_credential_is_refused() {
        for (String entry : List.of("{'a.test':{'username':'u'}}", "{'auths':{'a.test':{'username':'u','password':'s3cret'}}}")) {
            environment.put(EnvironmentCredentials.VARIABLE, entry.replace('\'', '"'));
            EngineException error = assertThrows(EngineException.class, () -> EnvironmentCredentials.from(environment));
            assertTrue(error.getMessage(), error.getMessage().contains(EnvironmentCredentials.VARIABLE));
            assertFalse((error + error.hint()).contains("s3cret"));
        }
    }
}
