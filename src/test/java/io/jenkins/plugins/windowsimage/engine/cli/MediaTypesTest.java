package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Media types of what is made, and layers that their publisher keeps. */
public class MediaTypesTest {
    @ClassRule
    public static final DockerRegistry OPEN = DockerRegistry.open();

    @Rule
    public final FaultyRegistry publisher = new FaultyRegistry();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private static String insecure() {
        return "--insecure-registry=" + OPEN.host();
    }

    private JsonNode manifest(Object... arguments) throws Exception {
        String name = OPEN.host() + "/types/app:1";
        List<Object> all = new ArrayList<>(List.of("-t", name, "--push", insecure()));
        all.addAll(List.of(arguments));
        sandbox.build(all.toArray());
        return Sandbox.json(Skopeo.manifest("docker://" + name, "--tls-verify=false"));
    }

    private static List<String> layerTypes(JsonNode manifest) {
        return manifest.get("layers").findValuesAsText("mediaType");
    }

    @Test
    public void an_image_has_the_types_of_its_base_unless_others_are_asked_for() throws Exception {
        String base = OPEN.host() + "/types/docker:1";
        sandbox.build("-t", base, "--push", insecure(), "--media-types", "docker", sandbox.context("b", "FROM base\nENV A=b\n"));
        JsonNode raw = Sandbox.json(Skopeo.manifest("docker://" + base, "--tls-verify=false"));
        assertEquals(MediaTypes.DOCKER_MANIFEST, raw.get("mediaType").asText());
        assertEquals(MediaTypes.DOCKER_CONFIG, raw.get("config").get("mediaType").asText());
        assertEquals(List.of(MediaTypes.DOCKER_LAYER_GZIP), layerTypes(raw).stream().distinct().toList());

        Path context = sandbox.context("c", "FROM " + base + "\nCOPY f /\n", "f", "x");
        JsonNode docker = manifest(context);
        assertEquals(MediaTypes.DOCKER_MANIFEST, docker.get("mediaType").asText());
        assertEquals(List.of(MediaTypes.DOCKER_LAYER_GZIP), layerTypes(docker).stream().distinct().toList());
        JsonNode oci = manifest("--media-types", "oci", context);
        assertEquals(MediaTypes.OCI_MANIFEST, oci.get("mediaType").asText());
        assertEquals(List.of(MediaTypes.OCI_LAYER_GZIP), layerTypes(oci).stream().distinct().toList());
        assertEquals(docker.get("layers").findValuesAsText("digest"), oci.get("layers").findValuesAsText("digest"));
    }

    @Test
    public void zstd_layers_are_read_by_others_and_by_later_builds() throws Exception {
        Path context = sandbox.context("c", "FROM base AS b\nCOPY f /\nFROM b\nCOPY --from=b /f /g\n", "f", "x".repeat(100_000));
        JsonNode manifest = manifest("--compression", "zstd", context);
        assertEquals("application/vnd.oci.image.layer.v1.tar+zstd", manifest.get("layers").get(4).get("mediaType").asText());
        Skopeo.copy("docker://" + OPEN.host() + "/types/app:1", sandbox.path("copy"), "--src-tls-verify=false");
        sandbox.run("build", "--compression", "zstd", "--media-types", "docker", Sandbox.baseContext(), context).fails(2, "zstd");
        sandbox.run("build", "--compression", "lzma", context).fails(2, "lzma");
        sandbox.run("build", "--compression-level", "99", context).fails(2, "99");
    }

    @Test
    public void foreign_layers_keep_type_and_addresses_and_are_not_uploaded() throws Exception {
        TestImage image = TestImage.random(1, 5000);
        Descriptor plain = image.layer(0);
        String url = "http://" + publisher.host() + "/v2/x/blobs/" + plain.digest();
        Descriptor foreign = new Descriptor(MediaTypes.DOCKER_FOREIGN_LAYER_GZIP, plain.digest(), plain.size(), List.of(url), null, null, null);
        RawManifest raw = RawManifest.of(Manifest.of(MediaTypes.DOCKER_MANIFEST,
                image.raw().manifest().config().withMediaType(MediaTypes.DOCKER_CONFIG), List.of(foreign)));
        publisher.serve("foreign", raw);
        publisher.serve(image.config());
        assertEquals(TestImage.PLATFORM, ImageConfig.parse(image.config()).platform());
        Path context = sandbox.context("c", "FROM " + publisher.host() + "/windows:foreign\nENV A=b\n");
        JsonNode manifest = manifest("--insecure-registry=" + publisher.host(), context);
        JsonNode layer = manifest.get("layers").get(0);
        assertEquals(MediaTypes.DOCKER_FOREIGN_LAYER_GZIP, layer.get("mediaType").asText());
        assertEquals(url, layer.get("urls").get(0).asText());
        assertEquals(0, publisher.count("GET", ".*/blobs/" + plain.digest()));
        assertFalse(OPEN.requests("PUT").stream().anyMatch(line -> line.contains(plain.digest().toString())));
        // Also where the media types change.
        JsonNode oci = manifest("--insecure-registry=" + publisher.host(), "--media-types=oci", context);
        assertEquals(url, oci.get("layers").get(0).get("urls").get(0).asText());
        assertTrue(oci.get("layers").get(0).get("mediaType").asText().matches(".*(foreign|nondistributable).*"));
    }

    @Test
    public void an_index_of_docker_images_is_a_docker_list() throws IOException, InterruptedException {
        for (String version : List.of("10.0.17763.1", "10.0.20348.1")) {
            sandbox.build("-t", OPEN.host() + "/types/list:" + version, "--media-types=docker", "--os-version", version,
                    sandbox.context("v", "FROM scratch\nCOPY f /\n", "f", version));
        }
        String name = OPEN.host() + "/types/list:";
        sandbox.ok("index create", insecure(), "--push", name + "all", name + "10.0.17763.1", name + "10.0.20348.1");
        assertEquals(MediaTypes.DOCKER_LIST,
                Sandbox.json(Skopeo.manifest("docker://" + name + "all", "--tls-verify=false")).get("mediaType").asText());
    }
}
