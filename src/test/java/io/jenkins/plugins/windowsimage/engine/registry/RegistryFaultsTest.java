package io.jenkins.plugins.windowsimage.engine.registry;

import static io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry.body;
import static io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry.status;
import static io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry.truncated;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

/** What becomes of pulls and pushes when registries misbehave. */
public class RegistryFaultsTest {
    private static final PlatformChoice WINDOWS = new PlatformChoice(Platform.WINDOWS_AMD64, null);
    private static final String BLOB = "/v2/.*/blobs/sha256:.*";
    private static final String MANIFEST = "/v2/.*/manifests/.*";

    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Rule
    public final FaultyRegistry other = new FaultyRegistry();

    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private final TestImage image = TestImage.random(21, 300_000);
    private final MemoryStore store = new MemoryStore();

    private RegistryOptions.Builder options() {
        return RegistryOptions.builder()
                .insecure(registry.host())
                .readTimeout(Duration.ofMillis(300))
                .credentials((host, stop) -> host.equals(registry.host())
                        ? Optional.of(Credential.of("user", "s3cret"))
                        : Optional.empty())
                .retry(new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(60),
                        (time, stop) -> pauses.add(time)));
    }

    private ImageReference reference() {
        return ImageReference.parse(registry.host() + "/team/app:1");
    }

    private PulledImage pull() {
        return pull(options().build());
    }

    private PulledImage pull(RegistryOptions options) {
        HttpRegistryClient client = new HttpRegistryClient(options, cancellation);
        ImagePuller puller = new ImagePuller(client, store, options, cancellation, TransferProgress.NONE);
        PulledImage pulled = puller.resolve(reference(), WINDOWS);
        puller.fetchLayers(pulled, pulled.layers());
        return pulled;
    }

    private PushResult push() {
        RegistryOptions options = options().build();
        HttpRegistryClient client = new HttpRegistryClient(options, cancellation);
        return new ImagePusher(client, options, cancellation, TransferProgress.NONE, false)
                .push(image.raw(), new StoredContent(image.stored(), client), List.of(reference()));
    }

    private void assertPulled() {
        assertArrayEquals(image.layers().get(0), store.get(image.layer(0).digest()));
    }

    private String layerPath() {
        return "/v2/.*/blobs/" + image.layer(0).digest();
    }

    @Test
    public void overload_is_waited_out_for_as_long_as_the_registry_asks() {
        registry.serve("1", image);
        registry.next("GET", MANIFEST, status(429, "Retry-After", "7"), status(503), status(500));
        pull();
        assertPulled();
        assertEquals(3, pauses.size());
        assertEquals(Duration.ofSeconds(7), pauses.get(0));
        assertTrue(pauses.toString(), pauses.get(1).compareTo(Duration.ofSeconds(2)) <= 0);
    }

    @Test
    public void no_registry_makes_a_build_wait_for_ever() {
        registry.always("GET", MANIFEST, status(429, "Retry-After", "86400"));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertEquals(429, error.status());
        assertEquals(4, pauses.size());
        assertEquals(Duration.ofSeconds(60), pauses.get(0));
        assertEquals(5, registry.count("GET", MANIFEST));
    }

    @Test
    public void times_to_wait_until_may_be_absurd() {
        registry.serve("1", image);
        registry.next("GET", MANIFEST, status(429, "Retry-After", "Fri, 31 Dec 999999999 23:59:59 GMT"),
                status(429, "Retry-After", "Wed, 21 Oct 1999 07:28:00 GMT"), status(429, "Retry-After", "-1"));
        pull();
        assertPulled();
        assertEquals(Duration.ofSeconds(60), pauses.get(0));
        assertTrue(pauses.toString(), pauses.stream().skip(1).allMatch(pause -> pause.toSeconds() <= 8));
    }

    @Test
    public void an_answer_of_a_byte_now_and_then_is_given_up() {
        registry.always("GET", MANIFEST, registry.drip(1_000_000, Duration.ofMillis(100)));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains(registry.host() + " is silent: only "));
        assertEquals(2, registry.count("GET", MANIFEST));
    }

    @Test
    public void a_blob_that_starts_over_and_over_is_given_up() {
        TestImage large = TestImage.random(22, 3_000_000);
        registry.serve("1", large);
        String path = "/v2/.*/blobs/" + large.layer(0).digest();
        FaultyRegistry.Fault nothing = truncated(3_000_000, new byte[0]);
        FaultyRegistry.Fault most = truncated(3_000_000, Arrays.copyOf(large.layers().get(0), 2_000_000));
        FaultyRegistry.Fault[] turns = new FaultyRegistry.Fault[40];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = i % 2 == 0 ? most : nothing;
        }
        registry.next("GET", path, turns);
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("broke off"));
        assertTrue(registry.count("GET", path) + " requests", registry.count("GET", path) <= 10);
    }

    @Test
    public void a_blob_that_breaks_off_is_resumed() {
        registry.serve("1", image);
        byte[] part = Arrays.copyOf(image.layers().get(0), 100_000);
        registry.next("GET", layerPath(), truncated(300_000, part));
        pull();
        assertPulled();
        assertEquals(2, registry.count("GET", layerPath()));
    }

    @Test
    public void a_blob_that_breaks_off_again_and_again_is_given_up() {
        registry.serve("1", image);
        registry.always("GET", layerPath(), truncated(300_000, new byte[0]));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().matches("(?s).* broke .*" + image.layer(0).digest() + ".*|"
                + "(?s).*" + image.layer(0).digest() + ".* broke .*"));
        assertEquals(5, registry.count("GET", layerPath()));
        assertFalse(store.contains(image.layer(0).digest()));
    }

    @Test
    public void wrong_content_is_fetched_once_more_and_never_stored() {
        registry.serve("1", image);
        registry.always("GET", layerPath(), body(200, new byte[300_000]));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains(image.layer(0).digest().toString()));
        assertTrue(error.getMessage(), error.getMessage().contains(registry.host()));
        assertEquals(2, registry.count("GET", layerPath()));
        assertFalse(store.contains(image.layer(0).digest()));
    }

    @Test
    public void a_wrong_length_is_noticed_before_anything_is_read() {
        registry.serve("1", image);
        registry.next("GET", layerPath(), body(200, new byte[300_001]), body(200, new byte[5]));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("5 bytes are offered where 300000 belong"));
    }

    @Test
    public void a_manifest_that_lies_about_what_is_here_already_is_refused() {
        registry.serve("1", image);
        pull();
        Descriptor lie = new Descriptor(MediaTypes.OCI_LAYER_GZIP, image.layer(0).digest(), 300_001);
        registry.serve("1", RawManifest.of(
                Manifest.of(MediaTypes.OCI_MANIFEST, image.raw().manifest().config(), List.of(lie))));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("300000 bytes are offered where 300001 belong"));
        assertPulled();
    }

    @Test
    public void indexes_within_indexes_are_not_followed_without_end() {
        RawManifest inner = image.raw();
        for (int i = 0; i < 20; i++) {
            inner = RawManifest.of(ImageIndex.of(MediaTypes.OCI_INDEX, List.of(inner.descriptor().withPlatform(TestImage.PLATFORM))));
            registry.serve("1", inner);
        }
        registry.serve("0", image);
        assertTrue(assertThrows(EngineException.class, this::pull).getMessage().contains("indexes within indexes"));
        RegistryOptions options = options().insecure(other.host()).build();
        HttpRegistryClient client = new HttpRegistryClient(options, cancellation);
        ImageCopier copier = new ImageCopier(client, new ImagePusher(client, options, cancellation, TransferProgress.NONE, false));
        ImageReference target = ImageReference.parse(other.host() + "/copy:1");
        EngineException error = assertThrows(EngineException.class, () -> copier.copy(reference(), List.of(target)));
        assertTrue(error.getMessage(), error.getMessage().contains("more than 4 indexes"));
        assertEquals(0, other.count("PUT", ".*"));
    }

    @Test
    public void a_registry_that_ignores_ranges_starts_the_blob_over() {
        registry.serve("1", image);
        store.leavePart(image.layer(0).digest(), new byte[1000]);
        registry.next("GET", layerPath(), body(200, image.layers().get(0)));
        pull();
        assertPulled();
    }

    @Test
    public void a_registry_that_hangs_is_given_up_after_a_second_try() {
        registry.always("GET", MANIFEST, registry.hang(0, null));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains(registry.host() + " is silent"));
        assertEquals(1, pauses.size());
    }

    @Test
    public void a_blob_that_falls_silent_twice_is_given_up() {
        registry.serve("1", image);
        registry.always("GET", layerPath(), registry.hang(300_000, new byte[100_000]));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("fell silent"));
        assertEquals(1, pauses.size());
    }

    @Test
    public void a_blob_that_falls_silent_is_resumed_once() {
        registry.serve("1", image);
        byte[] part = Arrays.copyOf(image.layers().get(0), 100_000);
        registry.next("GET", layerPath(), registry.hang(300_000, part));
        pull();
        assertPulled();
    }

    @Test
    public void cancelling_ends_a_silent_transfer_at_once() throws Exception {
        registry.serve("1", image);
        Cancellation.Registration none = cancellation.onRequest(() -> {});
        registry.next("GET", layerPath(), exchange -> {
            cancellation.request();
            registry.hang(300_000, new byte[10]).answer(exchange);
        });
        RegistryOptions patient = options().readTimeout(Duration.ofMinutes(5)).build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<PulledImage> pulling = thread.submit(() -> pull(patient));
        ExecutionException end = assertThrows(ExecutionException.class, () -> pulling.get(2, TimeUnit.SECONDS));
        assertEquals(ErrorKind.CANCELLED, ((EngineException) end.getCause()).kind());
        thread.shutdown();
        none.close();
    }

    @Test
    public void credentials_do_not_follow_a_redirect_to_another_host() {
        registry.serve("1", image);
        other.serve(image.layers().get(0));
        String basic = Credential.of("user", "s3cret").basic();
        FaultyRegistry.Fault challenge = status(401, "WWW-Authenticate", "Basic realm=\"x\"");
        registry.next("GET", MANIFEST, challenge);
        registry.next("GET", layerPath(), status(307, "Location",
                "http://" + other.host() + "/cdn/blobs/" + image.layer(0).digest() + "?signature=abc"));
        other.next("GET", ".*", status(503));
        pull();
        assertPulled();
        assertEquals(basic, registry.requests().get(registry.requests().size() - 1).authorization());
        assertEquals(List.of(), other.requests().stream()
                .filter(request -> request.authorization() != null)
                .toList());
    }

    @Test
    public void a_challenge_of_another_host_gets_no_credentials() {
        registry.serve("1", image);
        registry.always("GET", layerPath(), status(302, "Location", "http://" + other.host() + "/trap?token=t0p"));
        other.always("GET", "/trap", status(401, "WWW-Authenticate", "Basic realm=\"give me\""));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertFalse((error.getMessage() + error.hint()).contains("t0p"));
        assertEquals(1, other.requests().size());
        assertNull(other.requests().get(0).authorization());
    }

    @Test
    public void tokens_are_fetched_renewed_and_fetched_from_a_new_realm() {
        registry.serve("1", image);
        FaultyRegistry.Fault first = status(401, "WWW-Authenticate",
                "Bearer realm=\"http://" + other.host() + "/token\",service=\"svc\","
                        + "scope=\"repository:team/app:pull\"");
        FaultyRegistry.Fault moved = status(401, "WWW-Authenticate",
                "Bearer realm=\"http://" + other.host() + "/new?x=1\",service=\"svc\",error=\"invalid_token\"");
        registry.next("GET", MANIFEST, first);
        registry.next("GET", BLOB, moved);
        other.always("GET", "/token", body(200, "{\"token\":\"one\"}".getBytes(StandardCharsets.UTF_8)));
        other.always("GET", "/new", body(200, "{\"access_token\":\"two\",\"expires_in\":300}".getBytes(
                StandardCharsets.UTF_8)));
        pull();
        assertPulled();
        FaultyRegistry.Request token = other.requests().get(0);
        assertEquals("service=svc&scope=repository%3Ateam%2Fapp%3Apull", token.query());
        assertEquals(Credential.of("user", "s3cret").basic(), token.authorization());
        assertEquals("x=1&service=svc&scope=repository%3Ateam%2Fapp%3Apull", other.requests().get(1).query());
        assertEquals(2, other.requests().size());
        List<String> sent = registry.requests().stream().map(FaultyRegistry.Request::authorization).toList();
        assertEquals(Arrays.asList(null, "Bearer one", "Bearer one", "Bearer two", "Bearer two"), sent);
    }

    @Test
    public void a_repository_that_may_not_be_read_is_not_mounted_from_and_hinders_no_push() {
        registry.next("HEAD", ".*", status(401, "WWW-Authenticate",
                "Bearer realm=\"http://" + other.host() + "/token\",service=\"svc\""));
        FaultyRegistry.Fault token = body(200, "{\"token\":\"one\"}".getBytes(StandardCharsets.UTF_8));
        other.always("GET", "/token", exchange -> {
            boolean tooMuch = exchange.getRequestURI().getRawQuery().contains("closed");
            (tooMuch ? status(403) : token).answer(exchange);
        });
        RegistryOptions options = options().build();
        HttpRegistryClient client = new HttpRegistryClient(options, cancellation);
        StoredContent content = new StoredContent(image.stored(), client)
                .withOrigin(new RepositoryName(registry.host(), "closed/app"), image.raw().manifest().layers());
        new ImagePusher(client, options, cancellation, TransferProgress.NONE, false).push(image.raw(), content, List.of(reference()));
        assertArrayEquals(image.layers().get(0), registry.blob(image.layer(0).digest()));
        assertEquals(image.raw(), registry.manifest("1"));
    }

    @Test
    public void an_identity_token_is_exchanged_and_not_shown() {
        registry.next("GET", MANIFEST, status(401, "WWW-Authenticate",
                "Bearer realm=\"http://" + other.host() + "/oauth\",service=\"svc\""));
        other.next("POST", "/oauth", body(403, "{\"errors\":[{\"message\":\"no\"}]}".getBytes(StandardCharsets.UTF_8)));
        RegistryOptions options = options().credentials((host, stop) ->
                Optional.of(Credential.of("<token>", "refresh-me"))).build();
        RegistryException error = assertThrows(RegistryException.class, () -> pull(options));
        assertEquals(403, error.status());
        assertFalse((error.getMessage() + error.hint()).contains("refresh-me"));
        assertNull(other.requests().get(0).query());
    }

    @Test
    public void a_web_page_is_not_a_manifest() {
        registry.always("GET", MANIFEST,
                body(200, "<html>log in</html>".getBytes(StandardCharsets.UTF_8), "Content-Type", "text/html"));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("web page"));
        assertTrue(error.getMessage(), error.getMessage().contains(reference().toString()));
    }

    @Test
    public void an_oversize_manifest_is_not_read_to_its_end() {
        registry.always("GET", MANIFEST, body(200, new byte[(4 << 20) + 1], "Content-Type", MediaTypes.OCI_MANIFEST));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("larger than 4194304 bytes"));
    }

    @Test
    public void a_manifest_with_another_digest_than_asked_for_is_refused() {
        Digest wanted = Digest.of("something else");
        registry.always("GET", MANIFEST, body(200, image.raw().bytes(), "Content-Type", MediaTypes.OCI_MANIFEST));
        HttpRegistryClient client = new HttpRegistryClient(options().build(), cancellation);
        RegistryException error = assertThrows(
                RegistryException.class, () -> client.manifest(reference().withDigest(wanted)));
        assertTrue(error.getMessage(), error.getMessage().contains(wanted + " was expected"));
    }

    @Test
    public void garbage_of_all_kinds_is_one_clear_error() {
        for (String garbage : List.of("", "null", "[]", "{", "{}", "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2,\"manifests\":[{}]}", "{\"schemaVersion\":2,\"manifests\":[null]}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:1\"},\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{},\"manifests\":[]}", "[".repeat(100_000),
                "{\"schemaVersion\":2,\"config\":{},\"mediaType\":\"" + "http://".repeat(500_000) + "\"}")) {
            registry.next("GET", MANIFEST, body(200, garbage.getBytes(StandardCharsets.UTF_8)));
            EngineException error = assertThrows(garbage, EngineException.class, this::pull);
            assertEquals(garbage, ErrorKind.REGISTRY_ERROR, error.kind());
            assertTrue(error.getMessage(), error.getMessage().contains(reference().toString()));
            assertTrue(error.getMessage(), error.getMessage().length() < 800);
        }
    }

    @Test
    public void a_foreign_layer_comes_from_its_address_without_credentials() {
        Descriptor foreign = new Descriptor(MediaTypes.DOCKER_FOREIGN_LAYER_GZIP, image.layer(0).digest(), 300_000,
                List.of("ftp://nowhere/x", "http://" + other.host() + "/v2/x/blobs/" + image.layer(0).digest()),
                null, null, null);
        other.serve(image.layers().get(0));
        registry.next("GET", BLOB, status(401, "WWW-Authenticate", "Basic realm=\"x\""));
        RegistryOptions options = options().build();
        new BlobFetcher(new HttpRegistryClient(options, cancellation), store, options.retry(), cancellation,
                TransferProgress.NONE).fetch(RepositoryName.of(reference()), foreign);
        assertPulled();
        assertNull(other.requests().get(0).authorization());
    }

    @Test
    public void an_upload_is_repeated_from_its_start() {
        registry.next("POST", ".*/blobs/uploads/", status(503));
        registry.next("PUT", ".*/blobs/uploads/.*", status(500), status(404), status(503, "Retry-After", "3"));
        PushResult result = push();
        assertArrayEquals(image.layers().get(0), registry.blob(image.layer(0).digest()));
        assertEquals(image.raw(), registry.manifest("1"));
        assertEquals(300_000 + image.config().length, result.uploadedBytes());
    }

    @Test
    public void a_push_that_fails_leaves_the_tag_alone() {
        registry.always("PUT", ".*/blobs/uploads/.*", status(403));
        RegistryException error = assertThrows(RegistryException.class, this::push);
        assertEquals(ErrorKind.PUSH_FAILED, error.kind());
        assertTrue(error.getMessage(), error.getMessage().contains(registry.host() + "/team/app"));
        assertNull(registry.manifest("1"));
    }

    @Test
    public void an_upload_that_is_only_accepted_is_not_taken_for_done() {
        registry.always("PUT", ".*/blobs/uploads/.*", status(202));
        RegistryException error = assertThrows(RegistryException.class, this::push);
        assertEquals(ErrorKind.PUSH_FAILED, error.kind());
        assertTrue(error.getMessage(), error.getMessage().contains("answers something else than it should (202)"));
        assertNull(registry.manifest("1"));
    }

    @Test
    public void a_registry_that_stores_something_else_is_found_out() {
        String other = Digest.of("something else").toString();
        registry.next("PUT", ".*/blobs/uploads/.*", status(201, "Docker-Content-Digest", other));
        RegistryException error = assertThrows(RegistryException.class, this::push);
        assertTrue(error.getMessage(), error.getMessage().contains("stored it as " + other));
        assertNull(registry.manifest("1"));
        registry.next("PUT", MANIFEST, status(201, "Docker-Content-Digest", other));
        assertTrue(assertThrows(RegistryException.class, this::push).getMessage().contains("stored it as " + other));
    }

    @Test
    public void a_token_service_that_is_not_there_is_named() {
        registry.always("GET", MANIFEST, status(401, "WWW-Authenticate", "Bearer realm=\"http://127.0.0.1:1/token\""));
        RegistryException error = assertThrows(RegistryException.class, this::pull);
        assertTrue(error.getMessage(), error.getMessage().contains("127.0.0.1:1 refuses the connection"));
    }

    @Test
    public void an_upload_to_another_host_carries_no_credentials() {
        registry.next("HEAD", ".*", status(401, "WWW-Authenticate", "Basic realm=\"x\""));
        registry.always("POST", ".*/blobs/uploads/",
                status(202, "Location", "http://" + other.host() + "/v2/x/blobs/uploads/abc?sig=1"));
        push();
        assertArrayEquals(image.layers().get(0), other.blob(image.layer(0).digest()));
        assertTrue(other.requests().stream().allMatch(request -> request.authorization() == null));
        assertTrue(other.requests().get(0).query(), other.requests().get(0).query().startsWith("sig=1&digest=sha256"));
    }

    @Test
    public void a_host_that_does_not_exist_is_named_without_trying_again() {
        HttpRegistryClient client = new HttpRegistryClient(options().build(), cancellation);
        RegistryException error = assertThrows(RegistryException.class,
                () -> client.manifest(ImageReference.parse("registry.invalid/x:1")));
        assertTrue(error.getMessage(), error.getMessage().contains("registry.invalid"));
        assertEquals(List.of(), pauses);
    }

    @Test
    public void a_mirror_is_asked_first_and_the_registry_when_it_fails() {
        registry.serve("1", image);
        other.always("GET", MANIFEST, status(404));
        other.serve(image.layers().get(0));
        RegistryOptions options = options()
                .insecure(other.host())
                .mirrors(registry.host(), List.of(other.host() + "/cache"))
                .build();
        pull(options);
        assertPulled();
        assertEquals(1, other.count("GET", "/v2/cache/team/app/blobs/" + image.layer(0).digest()));
        assertEquals(0, registry.count("GET", layerPath()));
    }
}
