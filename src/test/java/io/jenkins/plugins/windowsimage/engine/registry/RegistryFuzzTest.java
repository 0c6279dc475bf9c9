package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.Fuzz;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Rule;
import org.junit.Test;

/** Hostile answers of registries and token services. */
public class RegistryFuzzTest {
    private static final TestImage IMAGE = TestImage.random(1, 10, 20);

    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Test
    public void manifests_and_indexes() throws Exception {
        RawManifest index = RawManifest.of(ImageIndex.of(MediaTypes.OCI_INDEX, List.of(IMAGE.entry(), IMAGE.entry())));
        List<byte[]> seeds = List.of(IMAGE.raw().bytes(), index.bytes());
        Fuzz.of("manifest", IllegalArgumentException.class, EngineException.class).run(8000, Fuzz.mutationsOf(seeds, DICTIONARY), input -> {
            RawManifest raw = ManifestReader.read("", input);
            if (raw.isIndex()) {
                new PlatformChoice(Platform.WINDOWS_AMD64, "10.0.20348.1").choose(ImageReference.parse("x:1"), raw.index());
            } else {
                raw.manifest().layers().forEach(layer -> layer.digest().shortHex());
            }
        });
    }

    private static final String[] DICTIONARY = {
        "\"size\":-1", "\"mediaType\":\"\"", "\"digest\":\"sha256:x\"", "\"layers\":null", "\"manifests\":[null]", "\"urls\":[null]",
        "\"annotations\":{\"a\":null}", "\"platform\":{\"os.features\":[null]}", "[".repeat(2000), ","
    };

    @Test
    public void configs() throws Exception {
        String full = """
                {"architecture":"amd64","os":"windows","os.version":"10.0.1","created":"2026-01-01T00:00:00Z","config":{"Env":["A=b"],
                "Cmd":["a"],"Labels":{"a":"b"},"ExposedPorts":{"80/tcp":{}},"Volumes":{"c:\\\\a":{}},"Healthcheck":{"Test":["NONE"],"Interval":1}},
                "rootfs":{"type":"layers","diff_ids":[]},"history":[{"created_by":"x","empty_layer":true}]}""";
        Fuzz.of("config", IllegalArgumentException.class)
                .run(8000, Fuzz.mutationsOf(List.of(IMAGE.config(), full.getBytes(StandardCharsets.UTF_8)), DICTIONARY), ImageConfig::parse);
    }

    @Test
    public void challenges() throws Exception {
        byte[] seed = "Bearer realm=\"https://a.example/token\",service=\"b \\\" c\",scope=\"repository:a:pull\", Basic realm=x"
                .getBytes(StandardCharsets.UTF_8);
        Fuzz.of("challenge", IllegalArgumentException.class)
                .run(20_000, Fuzz.mutationsOf(List.of(seed), "\"", "\\", ",", "=", " ".repeat(500), "a=\""), input -> {
                    if (Challenge.parse(List.of(new String(input, StandardCharsets.UTF_8))).isEmpty()) {
                        throw new IllegalArgumentException("no challenge");
                    }
                });
    }

    @Test
    public void answers_of_token_services() throws Exception {
        registry.serve("1", IMAGE);
        AtomicReference<byte[]> answer = new AtomicReference<>();
        registry.always("GET", "/token", exchange -> FaultyRegistry.body(200, answer.get(), "Content-Type", "application/json").answer(exchange));
        registry.always("HEAD", ".*/manifests/1", exchange -> {
            boolean known = exchange.getRequestHeaders().containsKey("Authorization");
            FaultyRegistry.status(known ? 404 : 401, "WWW-Authenticate",
                    "Bearer realm=\"http://" + registry.host() + "/token\",service=\"x\"").answer(exchange);
        });
        byte[] seed = "{\"token\": \"abc\", \"access_token\": \"def\", \"expires_in\": 300, \"issued_at\": \"2026-01-01T00:00:00Z\"}"
                .getBytes(StandardCharsets.UTF_8);
        Fuzz.Source mutations = Fuzz.mutationsOf(List.of(seed), "\"token\":null,", "\\r\\nX: y", "[".repeat(3000), "\"expires_in\":1e400,");
        RegistryOptions options = RegistryOptions.builder().insecure(registry.host()).build();
        Fuzz.of("token answer", EngineException.class).run(60, (Random random) -> {
            answer.set(mutations.next(random));
            return answer.get();
        }, input -> new HttpRegistryClient(options, new Cancellation())
                .headManifest(ImageReference.parse(registry.host() + "/a/b:1")));
    }
}
