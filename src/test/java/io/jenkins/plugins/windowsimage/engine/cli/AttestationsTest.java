package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** SBOM and provenance from the command line, in the store, in files and in a registry that knows nothing of referrers. */
public class AttestationsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SKOPEO = Path.of("/usr/bin/skopeo");

    @ClassRule
    public static final DockerRegistry REGISTRY = DockerRegistry.open();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private Path context;

    @Before
    public void build_the_base_image() throws IOException {
        root = folder.newFolder("root").toPath();
        Path base = folder.newFolder("base").toPath();
        SoftwareContext.write(base, "Dockerfile", "FROM scratch\nCOPY . /base/\n");
        SoftwareContext.write(base, "packages.config", "<packages><package id='NLog' version='5.3.4'/></packages>");
        SoftwareContext.write(base, "hidden/packages.config", "<packages><package id='Gone' version='1.0'/></packages>");
        ok("build", "-t", "base:1", "--os-version", "10.0.20348.1", base);
        context = SoftwareContext.in(folder.newFolder("context").toPath(), "base:1");
    }

    @Test
    public void the_packages_of_new_and_base_layers_are_listed_and_other_new_files_with_their_digests() throws Exception {
        ok("build", "-t", "app:1", "--sbom", context);
        JsonNode sbom = JSON.readTree(ok("inspect", "--sbom", "app:1").out());
        assertEquals("CycloneDX", sbom.get("bomFormat").asText());
        assertEquals("1.6", sbom.get("specVersion").asText());
        Map<String, JsonNode> packages = new TreeMap<>();
        Map<String, JsonNode> files = new TreeMap<>();
        List<String> images = new ArrayList<>();
        for (JsonNode component : sbom.get("components")) {
            switch (component.get("type").asText()) {
                case "file" -> files.put(component.get("name").asText(), component);
                case "container" -> images.add(component.get("name").asText());
                default -> packages.put(component.get("purl").asText(), component);
            }
        }
        assertEquals(
                List.of(
                        "pkg:npm/%40angular/core@18.0.1",
                        "pkg:npm/debug@2.6.9",
                        "pkg:npm/inner@1.0.0",
                        "pkg:npm/lodash@4.17.21",
                        "pkg:npm/ms@2.1.3",
                        "pkg:nuget/Gone@1.0",
                        "pkg:nuget/Microsoft.NETCore.App.Runtime.win-x64@8.0.11",
                        "pkg:nuget/NLog@5.3.4",
                        "pkg:nuget/Newtonsoft.Json@13.0.3",
                        "pkg:nuget/Serilog@4.1.0",
                        "pkg:nuget/jQuery@3.7.1"),
                List.copyOf(packages.keySet()));
        assertEquals(List.of("base:1"), images);
        assertEquals(
                "base/packages.config",
                packages.get("pkg:nuget/NLog@5.3.4").at("/evidence/occurrences/0/location").asText());
        assertEquals(
                OciTree.sha256("MZ".getBytes(StandardCharsets.UTF_8)),
                "sha256:" + files.get("app/app.exe").at("/hashes/0/content").asText());
        assertFalse(files.keySet().toString(), files.keySet().stream().anyMatch(name -> name.contains("node_modules")));
        assertFalse(files.keySet().toString(), files.containsKey("base/packages.config"));
        List<String> unreadable = new ArrayList<>();
        sbom.at("/metadata/properties").forEach(property -> unreadable.add(property.get("value").asText()));
        assertEquals(List.of("app/broken/package-lock.json", "app/dtd.nuspec"), unreadable);
    }

    @Test
    public void what_an_upper_layer_deletes_is_not_listed() throws Exception {
        Path layout = folder.getRoot().toPath().resolve("layout");
        ok("build", "-t", "base:1", "-o", "type=oci,dest=" + layout, folder.getRoot().toPath().resolve("base"));
        WhiteoutLayer.addTo(layout, "Files/base/.wh.hidden");
        ok("build", "-t", "app:1", "--sbom", "--build-context", "base:1=oci-layout://" + layout, context);
        String sbom = ok("inspect", "--sbom", "app:1").out();
        assertFalse(sbom.contains("pkg:nuget/Gone"));
        assertTrue(sbom.contains("pkg:nuget/NLog"));
    }

    @Test
    public void the_registry_serves_them_to_anybody_who_knows_the_fallback_tag() throws Exception {
        String name = REGISTRY.host() + "/team/app:1";
        ok("build", "-t", name, "--sbom", "--provenance", "--push", "--build-arg", "VERSION=2",
                "--build-arg", "NUGET_TOKEN=hunter2", context);
        String image = JSON.readTree(ok("inspect", name).out()).get("digest").asText();
        Map<String, byte[]> statements = fromRegistry("team/app", image);
        assertEquals(2, statements.size());
        byte[] sbom = statements.get("application/vnd.cyclonedx+json");
        byte[] provenance = statements.get("application/vnd.in-toto+json");
        assertEquals(ok("inspect", "--sbom", name).out(), new String(sbom, StandardCharsets.UTF_8));
        assertEquals(ok("inspect", "--registry", "--sbom", name).out(), new String(sbom, StandardCharsets.UTF_8));
        assertEquals(ok("inspect", "--registry", "--provenance", name).out(), new String(provenance, StandardCharsets.UTF_8));
        JsonNode statement = JSON.readTree(provenance);
        assertEquals(image, "sha256:" + statement.at("/subject/0/digest/sha256").asText());
        JsonNode definition = statement.at("/predicate/buildDefinition");
        assertEquals("Dockerfile", definition.at("/externalParameters/dockerfile/name").asText());
        assertEquals(
                OciTree.sha256(Files.readAllBytes(context.resolve("Dockerfile"))),
                "sha256:" + definition.at("/externalParameters/dockerfile/digest/sha256").asText());
        assertEquals("2", definition.at("/externalParameters/buildArgs/VERSION").asText());
        assertEquals("[\"NUGET_TOKEN\"]", definition.at("/externalParameters/hiddenBuildArgs").toString());
        assertFalse(statement.toString().contains("hunter2"));
        assertFalse(statement.toString().contains(folder.getRoot().getPath()));
        assertEquals(
                JSON.readTree(ok("inspect", "base:1").out()).get("digest").asText(),
                "sha256:" + definition.at("/resolvedDependencies/0/digest/sha256").asText());
        assertTrue(statement.at("/predicate/runDetails/metadata/invocationId").asText().matches("[0-9a-f]{12}"));
    }

    @Test
    public void a_push_later_takes_them_along_also_below_an_index() throws Exception {
        ok("build", "-t", "app:1", "--sbom", context);
        String copy = REGISTRY.host() + "/later/app:1";
        ok("push", "app:1", copy);
        String image = JSON.readTree(ok("inspect", "app:1").out()).get("digest").asText();
        assertEquals(1, fromRegistry("later/app", image).size());
        ok("push", "app:1", copy);
        assertEquals("pushing again adds nothing", 1, fromRegistry("later/app", image).size());
        String index = REGISTRY.host() + "/later/index:1";
        ok("index", "create", index, "app:1", "--push");
        assertEquals(1, fromRegistry("later/index", image).size());
    }

    @Test
    public void a_fixed_time_makes_equal_statements_on_another_machine() throws Exception {
        String first = attestations(root, context);
        Path elsewhere = folder.newFolder("other root").toPath();
        CommandLineRun.ok("build", "--root", elsewhere, "-t", "base:1", "--os-version", "10.0.20348.1", "--timestamp", "1700000000",
                folder.getRoot().toPath().resolve("base"));
        String second = attestations(elsewhere, SoftwareContext.in(folder.newFolder("other context").toPath(), "base:1"));
        assertEquals(first, second);
        assertNotEquals("[]", first);
    }

    private String attestations(Path store, Path files) throws Exception {
        CommandLineRun.ok("build", "--root", store, "-t", "base:1", "--os-version", "10.0.20348.1", "--timestamp", "1700000000",
                folder.getRoot().toPath().resolve("base"));
        CommandLineRun.ok("build", "--root", store, "-t", "app:1", "--sbom", "--provenance", "--timestamp", "1700000000",
                "-f", files.resolve("Dockerfile"), files);
        return JSON.readTree(CommandLineRun.ok("inspect", "--root", store, "app:1").out())
                .at("/images/0/attestations").toString();
    }

    @Test
    public void an_oci_layout_has_them_beside_the_image() throws Exception {
        Path layout = folder.getRoot().toPath().resolve("out");
        ok("build", "-t", "app:1", "--sbom", "--provenance", "-o", "type=oci,dest=" + layout, context);
        assertTrue(new OciTree(layout).files().containsKey("app/app.exe"));
        JsonNode entries = JSON.readTree(layout.resolve("index.json").toFile()).get("manifests");
        List<String> types = new ArrayList<>();
        for (JsonNode entry : entries) {
            types.add(entry.path("artifactType").asText("image"));
            JsonNode manifest = blob(layout, entry.get("digest").asText());
            if (entry.has("artifactType")) {
                assertEquals(entries.get(0).get("digest"), manifest.at("/subject/digest"));
                blob(layout, manifest.at("/config/digest").asText());
                blob(layout, manifest.at("/layers/0/digest").asText());
            }
        }
        assertEquals(List.of("image", "application/vnd.cyclonedx+json", "application/vnd.in-toto+json"), types);
        Path child = folder.newFolder("child").toPath();
        SoftwareContext.write(child, "Dockerfile", "FROM below\nCOPY --from=below /app/app.exe /copy.exe\n");
        ok("build", "-t", "child:1", "--build-context", "below=oci-layout://" + layout, child);
    }

    @Test
    public void they_stay_and_go_with_the_image() throws Exception {
        ok("build", "-t", "app:1", "--sbom", "--provenance", context);
        ok("prune");
        assertEquals(2, JSON.readTree(ok("inspect", "app:1").out()).at("/images/0/attestations").size());
        ok("inspect", "--provenance", "app:1");
        ok("fsck");
        ok("rm", "app:1");
        ok("rm", "base:1");
        ok("prune", "--all");
        for (String directory : List.of("blobs/sha256", "referrers")) {
            try (Stream<Path> files = Files.list(root.resolve(directory))) {
                assertEquals(List.of(), files.toList());
            }
        }
    }

    @Test
    public void fsck_finds_a_lost_statement_and_forgets_it_on_demand() throws Exception {
        ok("build", "-t", "app:1", "--sbom", context);
        String digest = JSON.readTree(ok("inspect", "app:1").out()).at("/images/0/attestations/0/digest").asText();
        Files.delete(root.resolve("blobs/sha256").resolve(digest.substring(7)));
        assertNotEquals(0, CommandLineRun.of("fsck", "--root", root).code());
        CommandLineRun.of("fsck", "--root", root, "--repair");
        ok("fsck");
        assertEquals(0, JSON.readTree(ok("inspect", "app:1").out()).at("/images/0/attestations").size());
    }

    @Test
    public void an_image_without_statements_says_so() {
        CommandLineRun run = CommandLineRun.of("inspect", "--root", root, "--sbom", "base:1");
        assertEquals(2, run.code());
        assertTrue(run.err(), run.err().contains("--sbom"));
    }

    @Test
    public void skopeo_reads_what_was_pushed() throws Exception {
        assumeTrue("skipped: " + SKOPEO + " is not installed", Files.isExecutable(SKOPEO));
        String name = REGISTRY.host() + "/skopeo/app:1";
        ok("build", "-t", name, "--sbom", "--push", context);
        String image = JSON.readTree(ok("inspect", name).out()).get("digest").asText();
        String tag = REGISTRY.host() + "/skopeo/app:" + image.replace(':', '-');
        JsonNode index = JSON.readTree(skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + tag));
        assertEquals("application/vnd.cyclonedx+json", index.at("/manifests/0/artifactType").asText());
        String artifact = REGISTRY.host() + "/skopeo/app@" + index.at("/manifests/0/digest").asText();
        Path copy = folder.newFolder("copy").toPath();
        skopeo("copy", "--src-tls-verify=false", "docker://" + artifact, "dir:" + copy);
        JsonNode manifest = JSON.readTree(copy.resolve("manifest.json").toFile());
        Path sbom = copy.resolve(manifest.at("/layers/0/digest").asText().substring(7));
        assertEquals(ok("inspect", "--sbom", name).out(), Files.readString(sbom));
    }

    /** The statements about an image by artifact type, as a client finds them that knows the distribution specification. */
    private static Map<String, byte[]> fromRegistry(String repository, String image) throws Exception {
        assertEquals("this registry has no referrers API", 404, get(repository + "/referrers/" + image).statusCode());
        JsonNode index = JSON.readTree(get(repository + "/manifests/" + image.replace(':', '-')).body());
        assertEquals("application/vnd.oci.image.index.v1+json", index.get("mediaType").asText());
        Map<String, byte[]> statements = new TreeMap<>();
        for (JsonNode entry : index.get("manifests")) {
            byte[] raw = get(repository + "/manifests/" + entry.get("digest").asText()).body();
            assertEquals(entry.get("digest").asText(), OciTree.sha256(raw));
            assertEquals(entry.get("size").asInt(), raw.length);
            JsonNode manifest = JSON.readTree(raw);
            assertEquals(image, manifest.at("/subject/digest").asText());
            assertEquals(entry.get("artifactType"), manifest.get("artifactType"));
            assertEquals("application/vnd.oci.empty.v1+json", manifest.at("/config/mediaType").asText());
            assertEquals("{}", new String(
                    get(repository + "/blobs/" + manifest.at("/config/digest").asText()).body(), StandardCharsets.UTF_8));
            String digest = manifest.at("/layers/0/digest").asText();
            byte[] statement = get(repository + "/blobs/" + digest).body();
            assertEquals(digest, OciTree.sha256(statement));
            statements.put(entry.get("artifactType").asText(), statement);
        }
        return statements;
    }

    private static HttpResponse<byte[]> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + REGISTRY.host() + "/v2/" + path))
                .header("Accept", "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json")
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode blob(Path layout, String digest) throws IOException {
        byte[] content = Files.readAllBytes(layout.resolve("blobs/sha256").resolve(digest.substring(7)));
        assertEquals(digest, OciTree.sha256(content));
        return JSON.readTree(content);
    }

    private String skopeo(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SKOPEO.toString(), "--insecure-policy"));
        command.addAll(List.of(arguments));
        Path errors = folder.newFile().toPath();
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(Files.readString(errors), 0, process.waitFor());
        return output;
    }

    private CommandLineRun ok(String command, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(command));
        if (command.equals("index")) {
            all.add(arguments[0]);
            arguments = List.of(arguments).subList(1, arguments.length).toArray();
        }
        all.addAll(List.of("--root", root));
        if (List.of("build", "push", "inspect", "index").contains(command)) {
            all.addAll(List.of("--insecure-registry", REGISTRY.host()));
        }
        all.addAll(List.of(arguments));
        return CommandLineRun.ok(all.toArray());
    }
}
