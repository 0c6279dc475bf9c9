package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Images on their way into real registries, read back by a program of somebody else. */
public class PushTest {
    private static final String DOCKERFILE = "FROM base\nLABEL a=b\nCOPY f C:/app/\nENTRYPOINT [\"app\"]\n";

    @ClassRule
    public static final DockerRegistry OPEN = DockerRegistry.open();

    @ClassRule
    public static final DockerRegistry OTHER = DockerRegistry.open();

    @ClassRule
    public static final DockerRegistry LOGIN = DockerRegistry.withLogin();

    @ClassRule
    public static final DockerRegistry TLS = DockerRegistry.withTls();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private static String insecure(DockerRegistry registry) {
        return "--insecure-registry=" + registry.host();
    }

    private Path context(String name) throws IOException {
        return sandbox.context("context", DOCKERFILE, "f", "content for " + name);
    }

    private static String digest(byte[] manifest) {
        return OciTree.sha256(manifest);
    }

    @Test
    public void a_registry_holds_what_was_built() throws Exception {
        String name = OPEN.host() + "/team/app";
        JsonNode result = sandbox.build("-t", name + ":1", "-t", name + ":latest", "--push", insecure(OPEN), context("open"));
        for (String tag : List.of(":1", ":latest")) {
            byte[] manifest = Skopeo.manifest("docker://" + name + tag, "--tls-verify=false");
            assertEquals(result.get("digest").asText(), digest(manifest));
        }
        JsonNode config = Skopeo.config("docker://" + name + ":1", "--tls-verify=false");
        assertEquals("windows", config.get("os").asText());
        assertEquals(Sandbox.BASE_VERSION, config.get("os.version").asText());
        assertEquals("b", config.get("config").get("Labels").get("a").asText());
        assertEquals("[\"app\"]", config.get("config").get("Entrypoint").toString());
        assertEquals(result.get("layers").size(), config.get("rootfs").get("diff_ids").size());
        Skopeo.copy("docker://" + name + ":1", sandbox.path("copy"), "--src-tls-verify=false");
        assertEquals(
                List.of(name + ":1", name + ":latest"),
                List.of(result.get("pushed").get(0).get("reference").asText(), result.get("pushed").get(1).get("reference").asText()));
        assertEquals(result.get("digest"), result.get("pushed").get(0).get("digest"));
        assertTrue(result.toString(), result.get("totals").get("uploadedBytes").asLong() > 0);
    }

    @Test
    public void a_login_from_dockers_configuration_is_used() throws Exception {
        String name = LOGIN.host() + "/team/login:1";
        String auth = Base64.getEncoder()
                .encodeToString((DockerRegistry.USER + ":" + DockerRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8));
        sandbox.file("docker/config.json", "{\"auths\":{\"" + LOGIN.host() + "\":{\"auth\":\"" + auth + "\"}}}");
        CommandLineRun run = child(Map.of("DOCKER_CONFIG", sandbox.path("docker").toString()), name, "docker");
        assertEquals(run.err(), 0, run.code());
        assertPushed(run, name);
    }

    @Test
    public void a_login_from_a_credential_helper_is_used() throws Exception {
        String name = LOGIN.host() + "/team/helper:1";
        Path helper = sandbox.file("bin/docker-credential-testing", "#!/bin/sh\ncat >/dev/null\necho '{\"ServerURL\":\"\",\"Username\":\""
                + DockerRegistry.USER + "\",\"Secret\":\"" + DockerRegistry.PASSWORD + "\"}'\n");
        assertTrue(helper.toFile().setExecutable(true));
        sandbox.file("docker/config.json", "{\"credHelpers\":{\"" + LOGIN.host() + "\":\"testing\"}}");
        CommandLineRun run = child(
                Map.of("DOCKER_CONFIG", sandbox.path("docker").toString(),
                        "PATH", helper.getParent() + ":" + System.getenv("PATH")),
                name, "helper");
        assertEquals(run.err(), 0, run.code());
        assertPushed(run, name);
    }

    @Test
    public void a_login_from_the_environment_is_used_and_written_nowhere() throws Exception {
        String name = LOGIN.host() + "/team/environment:1";
        CommandLineRun run = child(
                Map.of("WINDOWS_IMAGE_REGISTRY_AUTH", "{\"" + LOGIN.host() + "\":{\"username\":\"" + DockerRegistry.USER
                        + "\",\"password\":\"" + DockerRegistry.PASSWORD + "\"}}"),
                name, "environment");
        assertEquals(run.err(), 0, run.code());
        assertPushed(run, name);
        assertFalse(run.out().contains(DockerRegistry.PASSWORD));
        assertFalse(Files.readString(sandbox.path("result.json")).contains(DockerRegistry.PASSWORD));
        assertFalse(Files.readString(sandbox.path("events.jsonl")).contains(DockerRegistry.PASSWORD));
    }

    @Test
    public void a_wrong_login_is_told_without_its_password() throws Exception {
        String name = LOGIN.host() + "/team/wrong:1";
        CommandLineRun run = child(
                Map.of("WINDOWS_IMAGE_REGISTRY_AUTH", "{\"" + LOGIN.host() + "\":{\"username\":\"x\",\"password\":\"hunter2\"}}"),
                name, "wrong");
        run.fails(3, LOGIN.host(), "401");
        assertFalse(run.err().contains("hunter2"));
        JsonNode result = Sandbox.json(sandbox.path("result.json"));
        assertEquals("failure", result.get("result").asText());
        assertFalse(result.toString().contains("hunter2"));
    }

    private CommandLineRun child(Map<String, String> environment, String name, String content) throws Exception {
        return ChildProcess.start(environment, null, sandbox.arguments("build", "-t", name, "--push", "--metadata-file",
                        sandbox.path("result.json"), "--progress-file", sandbox.path("events.jsonl"), insecure(LOGIN),
                        Sandbox.baseContext(), context(content)))
                .end();
    }

    private void assertPushed(CommandLineRun run, String name) throws Exception {
        byte[] manifest = Skopeo.manifest("docker://" + name, "--tls-verify=false",
                "--creds=" + DockerRegistry.USER + ":" + DockerRegistry.PASSWORD);
        assertEquals(run.out(), Sandbox.json(sandbox.path("result.json")).get("digest").asText(), digest(manifest));
    }

    @Test
    public void a_private_authority_is_trusted_where_it_is_named_and_nowhere_else() throws Exception {
        String name = TLS.host() + "/team/tls:1";
        JsonNode result = sandbox.build(
                "-t", name, "--push", "--registry-ca=" + TLS.host() + "=" + TLS.certificate(), context("tls"));
        assertEquals(result.get("digest").asText(), digest(Skopeo.manifest("docker://" + name, "--tls-verify=false")));
        sandbox.run("push", name).fails(3, TLS.host(), "certificate");
    }

    @Test
    public void plain_http_is_spoken_only_when_asked_for() throws IOException {
        sandbox.run("build", "-t", OPEN.host() + "/team/plain:1", "--push", Sandbox.baseContext(), context("plain"))
                .fails(3, OPEN.host(), "plain HTTP", "--insecure-registry");
    }

    @Test
    public void nothing_is_uploaded_twice() throws IOException {
        String name = OPEN.host() + "/team/twice:";
        sandbox.build("-t", name + "1", "--push", insecure(OPEN), context("twice"));
        int uploads = OPEN.requests("POST").size();
        JsonNode again = sandbox.build("-t", name + "1", "-t", name + "2", "--push", insecure(OPEN), context("twice"));
        assertEquals(uploads, OPEN.requests("POST").size());
        assertEquals(0, again.get("totals").get("uploadedBytes").asLong());
    }

    @Test
    public void a_base_image_of_the_same_registry_is_mounted_and_never_downloaded() throws IOException {
        String base = OPEN.host() + "/windows/base:mounted";
        sandbox.build("-t", base, "--push", insecure(OPEN), sandbox.context("b", "FROM base\nCOPY f g\n", "f", "mount me"));
        sandbox.ok("rm", base);
        sandbox.ok("prune");
        Path context = sandbox.context("c", "FROM " + base + "\nENV A=b\n");
        CommandLineRun run = sandbox.withStore("second").ok("build", "-t", OPEN.host() + "/team/onmounted:1", "--push",
                insecure(OPEN), "--progress", "json", context);
        List<String> states = run.lines().stream().filter(line -> line.contains("\"transfer\"")).toList();
        assertEquals(run.out(), 4, states.stream().filter(line -> line.contains("\"mounted\"")).count());
        assertFalse(run.out(), run.out().contains("\"pull\""));
    }

    @Test
    public void a_base_image_of_another_registry_is_streamed_through() throws Exception {
        String base = OTHER.host() + "/windows/base:streamed";
        sandbox.build("-t", base, "--push", insecure(OTHER), sandbox.context("b", "FROM base\nCOPY f g\n", "f", "stream me"));
        Path context = sandbox.context("c", "FROM " + base + "\nENV A=b\n");
        String name = OPEN.host() + "/team/onstreamed:1";
        sandbox.withStore("second").ok("build", "-t", name, "--push", insecure(OPEN), insecure(OTHER), context);
        Skopeo.copy("docker://" + name, sandbox.path("copy"), "--src-tls-verify=false");
        assertEquals(4, Sandbox.json(sandbox.path("copy/manifest.json")).get("layers").size());
    }

    @Test
    public void what_was_built_is_pushed_later_under_its_own_and_other_names() throws Exception {
        String name = OPEN.host() + "/later/app:1";
        JsonNode result = sandbox.build("-t", name, "-t", "local:1", context("later"));
        sandbox.ok("push", insecure(OPEN), name);
        sandbox.ok("push", insecure(OPEN), "local:1", OPEN.host() + "/later/other:2", OPEN.host() + "/later/third:3");
        sandbox.ok("push", insecure(OPEN), result.get("buildId").asText(), OPEN.host() + "/later/byid:1");
        sandbox.ok("push", insecure(OPEN), result.get("digest").asText(), OPEN.host() + "/later/bydigest:1");
        for (String target : List.of("app:1", "other:2", "third:3", "byid:1", "bydigest:1")) {
            assertEquals(result.get("digest").asText(),
                    digest(Skopeo.manifest("docker://" + OPEN.host() + "/later/" + target, "--tls-verify=false")));
        }
    }

    @Test
    public void what_was_pushed_under_its_own_name_is_mounted_under_others() throws IOException {
        String name = OPEN.host() + "/own/app:1";
        sandbox.build("-t", name, "--push", insecure(OPEN), context("own"));
        CommandLineRun run = sandbox.ok("push", insecure(OPEN), "--progress", "json", name, OPEN.host() + "/promoted/app:1");
        List<String> layers = run.lines().stream().filter(line -> line.contains("\"transfer\"") && line.contains("\"layer")).toList();
        assertTrue(run.out(), run.lines().stream().filter(line -> line.contains("\"mounted\"")).count() >= 4);
        assertTrue(layers.toString(), layers.stream().noneMatch(line -> line.contains("\"uploaded\"")));
    }

    @Test
    public void what_was_pushed_under_any_name_is_mounted_under_others() throws IOException {
        sandbox.build("-t", "local:mount", context("any"));
        sandbox.ok("push", insecure(OPEN), "local:mount", OPEN.host() + "/any/first:1");
        CommandLineRun run = sandbox.ok("push", insecure(OPEN), "--progress", "json", "local:mount", OPEN.host() + "/any/second:1");
        assertTrue(run.out(), run.lines().stream().filter(line -> line.contains("\"mounted\"")).count() >= 4);
        assertFalse(run.out(), run.lines().stream().anyMatch(line -> line.contains("\"uploaded\"") && line.contains("layer")));
    }

    @Test
    public void an_image_that_shares_layers_with_one_that_was_pushed_mounts_them() throws IOException {
        Path context = sandbox.context("share", "FROM base\nCOPY f /f\n", "f", "shared by two");
        sandbox.build("-t", "local:one", context);
        sandbox.ok("push", insecure(OPEN), "local:one", OPEN.host() + "/shared/one:1");
        Path more = sandbox.context("sharemore", "FROM base\nCOPY f /f\nCOPY g /g\n", "f", "shared by two", "g", "only here");
        JsonNode result = sandbox.build("-t", OPEN.host() + "/shared/two:1", "--push", insecure(OPEN), more);
        long own = result.get("layers").get(result.get("layers").size() - 1).get("size").asLong();
        assertTrue(result.toString(), result.get("totals").get("uploadedBytes").asLong() < own + 5000);
    }

    @Test
    public void an_image_that_nobody_built_is_not_pushed() throws IOException {
        sandbox.run("push", insecure(OPEN), OPEN.host() + "/nowhere/app:1").fails(2, "/nowhere/app:1");
        sandbox.run("push", insecure(OPEN), OPEN.host() + "/nowhere/app:1", OPEN.host() + "/nowhere/other:1").fails(3, "/nowhere/app:1");
    }

    @Test
    public void an_image_is_copied_between_registries_without_the_store() throws Exception {
        String name = OTHER.host() + "/copy/app:1";
        JsonNode result = sandbox.build("-t", name, "--push", insecure(OTHER), context("copied"));
        String target = OPEN.host() + "/copied/app:1";
        sandbox.withStore("empty").ok("push", insecure(OPEN), insecure(OTHER), name, target);
        assertEquals(result.get("digest").asText(), digest(Skopeo.manifest("docker://" + target, "--tls-verify=false")));
        Skopeo.copy("docker://" + target, sandbox.path("copy"), "--src-tls-verify=false");
        assertEquals(List.of(), Sandbox.list(sandbox.path("empty")).stream().filter(file -> file.matches(".*[0-9a-f]{64}")).toList());
    }

    @Test
    public void tags_are_given_here_and_there() throws Exception {
        String name = OPEN.host() + "/tags/app:";
        JsonNode result = sandbox.build("-t", name + "1", "--push", insecure(OPEN), context("tags"));
        sandbox.ok("tag", name + "1", "kept:here", name + "local");
        assertTrue(sandbox.ok("images").out().contains("kept:here"));
        sandbox.ok("tag", insecure(OPEN), name + "1", name + "stable", "--push");
        assertEquals(result.get("digest").asText(),
                digest(Skopeo.manifest("docker://" + name + "stable", "--tls-verify=false")));
        // A store that does not know the image gives the name in the registry.
        sandbox.withStore("empty").ok("tag", insecure(OPEN), name + "1", name + "remote");
        assertEquals(result.get("digest").asText(),
                digest(Skopeo.manifest("docker://" + name + "remote", "--tls-verify=false")));
        sandbox.run("tag", insecure(OPEN), name + "missing", name + "x").fails(3, name + "missing");
    }

    @Test
    public void a_registry_with_tls_that_is_spoken_to_in_plain_http_is_told_so() throws Exception {
        String name = TLS.host() + "/team/plain:1";
        sandbox.run("build", "-t", name, "--push", insecure(TLS), Sandbox.baseContext(), context("plain")).fails(3, name, "--insecure-registry");
    }
}
