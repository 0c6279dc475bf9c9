package io.jenkins.plugins.windowsimage.engine.cli;

import static io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry.body;
import static io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry.status;
import static io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry.truncated;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.registry.Credential;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import io.jenkins.plugins.windowsimage.engine.registry.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Whole builds whose base comes from a registry that misbehaves, and whose image goes to one. */
public class FaultyRegistryBuildTest {
    private static final String MANIFEST = "/v2/.*/manifests/.*";
    private static final String BLOB = "/v2/.*/blobs/sha256:.*";
    private static final String UPLOADS = "/v2/.*/blobs/uploads/";
    private static final String UPLOAD = "/v2/.*/blobs/uploads/.+";
    private static final int ATTEMPTS = 5;

    @Rule
    public final Sandbox sandbox = new Sandbox();

    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Rule
    public final FaultyRegistry other = new FaultyRegistry();

    private Path context;
    private Digest layer;

    /** The registry has a base image whose second layer is {@link #layer}; the context makes an image of it. */
    @Before
    public void prepare() throws IOException {
        Path first = sandbox.context("first", "FROM base\nCOPY a.txt C:/\n", "a.txt", "first");
        sandbox.ok("build", "--push", "--insecure-registry", registry.host(), "--tag", name("base"), Sandbox.baseContext(), first);
        layer = registry.manifest("base").manifest().layers().get(1).digest();
        context = sandbox.context("context", "FROM " + name("base") + "\nCOPY b.txt C:/\n", "b.txt", "second");
        registry.requests().clear();
    }

    private String name(String tag) {
        return registry.host() + "/team/app:" + tag;
    }

    private BuildResult build() throws IOException {
        RegistryOptions registries = RegistryOptions.builder()
                .insecure(registry.host())
                .insecure(other.host())
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofMillis(400))
                .credentials((host, stop) -> Optional.of(Credential.of("user", "s3cret")))
                .retry(new RetryPolicy(
                        ATTEMPTS, Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(60), (time, stop) -> { }))
                .build();
        return new EngineBuild(sandbox.path("store"), Sandbox.base(), registries, Clock.systemUTC())
                .run(context, name("new"), true, sandbox.path("out.tar"));
    }

    private void assertBuilt() throws IOException {
        BuildResult result = build();
        assertNull(String.valueOf(result.error()), result.error());
        assertEquals(result.digest(), registry.manifest("new").digest());
        CommandLineRun.ok("fsck", "--root", sandbox.path("store"));
        registry.manifest("new").manifest().layers().forEach(blob -> assertNotNull(registry.blob(blob.digest())));
    }

    /** The build ends with one sentence, nothing is visible of it, and it works once the registry does. */
    private void assertFails(String kind, String... words) throws IOException {
        BuildResult result = build();
        assertNotNull("the build succeeded", result.error());
        assertEquals(result.error().message(), kind, result.error().kind());
        for (String word : words) {
            assertTrue(result.error().message(), result.error().message().contains(word));
        }
        assertFalse(result.error().toString(), result.error().toString().contains("s3cret"));
        assertNull("the name points to half an image", registry.manifest("new"));
        assertTrue(registry.requests().size() + " requests", registry.requests().size() < 60);
        CommandLineRun.ok("fsck", "--root", sandbox.path("store"));
    }

    @Test
    public void overload_and_failures_in_turns_are_waited_out_at_every_request() throws IOException {
        for (String[] request : new String[][] {
            {"GET", MANIFEST}, {"GET", BLOB}, {"HEAD", BLOB}, {"POST", UPLOADS}, {"PUT", UPLOAD}, {"PUT", MANIFEST}
        }) {
            registry.next(request[0], request[1], status(429, "Retry-After", "3"), status(500), status(503));
        }
        assertBuilt();
    }

    @Test
    public void a_blob_that_is_reset_in_its_midst_is_resumed() throws IOException {
        byte[] blob = registry.blob(layer);
        registry.next("GET", "/v2/.*/blobs/" + layer, truncated(blob.length, Arrays.copyOf(blob, blob.length / 2)));
        assertBuilt();
        assertTrue(registry.requests().stream().anyMatch(request -> request.range() != null));
    }

    @Test
    public void a_new_realm_in_the_midst_of_a_build_is_followed() throws IOException {
        for (int number = 1; number <= 4; number++) {
            byte[] token = ("{\"token\":\"t0ken-" + number + "\"}").getBytes(StandardCharsets.UTF_8);
            registry.always("GET", "/realm-" + number, body(200, token));
        }
        registry.next("GET", MANIFEST, challenge("/realm-1"));
        registry.next("GET", BLOB, challenge("/realm-2"));
        registry.next("POST", UPLOADS, challenge("/realm-3"));
        registry.next("PUT", MANIFEST, challenge("/realm-4"));
        assertBuilt();
        for (int number = 1; number <= 4; number++) {
            assertTrue("realm " + number, registry.count("GET", "/realm-" + number) > 0);
        }
    }

    private FaultyRegistry.Fault challenge(String realm) {
        return status(401, "WWW-Authenticate", "Bearer realm=\"http://" + registry.host() + realm
                + "\",service=\"x\",scope=\"repository:team/app:pull,push\"");
    }

    @Test
    public void a_blob_of_another_host_is_fetched_without_credentials() throws IOException {
        other.serve(registry.blob(layer));
        registry.next("GET", MANIFEST, status(401, "WWW-Authenticate", "Basic realm=\"x\""));
        registry.always("GET", "/v2/.*/blobs/" + layer, status(307, "Location", "http://" + other.host() + "/cdn/blobs/" + layer));
        assertBuilt();
        assertEquals(List.of(), other.requests().stream().filter(request -> request.authorization() != null).toList());
        assertFalse(other.requests().isEmpty());
    }

    @Test
    public void a_registry_that_hangs_is_given_up() throws IOException {
        registry.always("GET", MANIFEST, registry.hang(0, null));
        assertFails("registry-error", registry.host(), "silent");
    }

    @Test
    public void a_layer_that_hangs_is_given_up() throws IOException {
        byte[] blob = registry.blob(layer);
        registry.always("GET", "/v2/.*/blobs/" + layer, registry.hang(blob.length, Arrays.copyOf(blob, 5)));
        assertFails("registry-error", registry.host(), layer.toString());
    }

    @Test
    public void a_layer_with_another_content_is_refused() throws IOException {
        registry.always("GET", "/v2/.*/blobs/" + layer, body(200, new byte[registry.blob(layer).length]));
        assertFails("registry-error", registry.host(), layer.toString());
        assertFalse(Files.exists(sandbox.path("out.tar")));
    }

    @Test
    public void a_layer_with_another_length_is_refused() throws IOException {
        registry.always("GET", "/v2/.*/blobs/" + layer, body(200, new byte[3]));
        assertFails("registry-error", registry.host(), "3 bytes");
    }

    @Test
    public void a_registry_that_fails_for_good_is_asked_a_bounded_number_of_times() throws IOException {
        registry.always("GET", "/v2/.*/blobs/" + layer, status(503));
        assertFails("registry-error", registry.host(), "503");
        assertEquals(ATTEMPTS, registry.count("GET", "/v2/.*/blobs/" + layer));
    }

    @Test
    public void a_push_that_fails_for_good_leaves_the_name_alone() throws IOException {
        for (FaultyRegistry.Fault fault : List.of(status(500), status(429, "Retry-After", "86400"), status(403), registry.hang(0, null))) {
            registry.requests().clear();
            registry.next("PUT", UPLOAD, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault);
            BuildResult result = build();
            assertEquals("push-failed", result.error().kind());
            assertTrue(result.error().message(), result.error().message().contains(registry.host()));
            assertNull(registry.manifest("new"));
            assertTrue(registry.count("PUT", UPLOAD) <= ATTEMPTS * 2);
            CommandLineRun.ok("fsck", "--root", sandbox.path("store"));
        }
    }
}
