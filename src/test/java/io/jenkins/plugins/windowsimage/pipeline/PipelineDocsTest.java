package io.jenkins.plugins.windowsimage.pipeline;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assume.assumeFalse;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.FilePath;
import hudson.Functions;
import hudson.model.Label;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.windowsimage.action.WindowsImageAction;
import io.jenkins.plugins.windowsimage.action.WindowsImageRecord;
import io.jenkins.plugins.windowsimage.config.WindowsImageConfiguration;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.BuildWatcher;
import org.jvnet.hudson.test.JenkinsRule;

/** Runs each Jenkinsfile of docs/pipeline.md with the real engine and a real registry that wants a login. */
public class PipelineDocsTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Map<String, String> VERSIONS = Map.of(
            "ltsc2019", "10.0.17763.5329", "ltsc2022", "10.0.20348.2227", "ltsc2025", "10.0.26100.1742");
    private static final String DOCKERFILE = """
            ARG WINDOWS=ltsc2022
            FROM registry.example.com/windows/base:${WINDOWS} AS site
            COPY index.html site/
            FROM site
            LABEL last=true
            """;

    @ClassRule
    public static final BuildWatcher WATCHER = new BuildWatcher();

    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @ClassRule
    public static final DockerRegistry REGISTRY = DockerRegistry.withLogin();

    @ClassRule
    public static final TemporaryFolder STORAGE = new TemporaryFolder();

    private final HttpClient client = HttpClient.newHttpClient();

    @Before
    public void bases_credentials_and_a_node() throws Exception {
        JENKINS.jenkins.setLabelString("windows");
        WindowsImageConfiguration.get().setInsecureRegistries(REGISTRY.host());
        WindowsImageConfiguration.get().setStorageRoot(STORAGE.getRoot().getPath());
        var all = SystemCredentialsProvider.getInstance().getCredentials();
        all.clear();
        for (String id : List.of("registry", "bases")) {
            all.add(new UsernamePasswordCredentialsImpl(
                    CredentialsScope.GLOBAL, id, "", DockerRegistry.USER, DockerRegistry.PASSWORD));
        }
        all.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "feed-token", "", Secret.fromString("feed me")));
        for (Map.Entry<String, String> version : VERSIONS.entrySet()) {
            pushBase(version.getKey(), version.getValue());
        }
        assertEquals(1, Label.get("windows").getNodes().size());
    }

    @Test
    public void build_and_push() throws Exception {
        WorkflowRun run = run(0);
        assertEquals(digestInRegistry("team/app", "latest"), records(run).get(0).digest());
        assertEquals(2, records(run).get(0).pushed().size());
        assertEquals(1, run.getArtifacts().size());
    }

    @Test
    public void promote_by_digest() throws Exception {
        WorkflowRun run = run(1);
        assertEquals(digestInRegistry("team/app", "candidate"), digestInRegistry("team/app", "stable"));
        JENKINS.assertLogContains("Test " + REGISTRY.host() + "/team/app@sha256:", run);
        assertEquals(2, records(run).size());
    }

    @Test
    public void several_windows_versions() throws Exception {
        WorkflowRun run = run(2);
        assertEquals(3, records(run).size());
        for (WindowsImageRecord record : records(run)) {
            String tag = record.tags().get(0).replaceFirst(".*:", "");
            assertEquals(VERSIONS.get(tag), record.osVersion());
        }
    }

    @Test
    public void one_name_for_all_versions() throws Exception {
        run(3);
        JsonNode index = JsonMapper.builder().build().readTree(get("team/app", "1").body());
        List<String> versions = new ArrayList<>();
        index.get("manifests").forEach(entry -> versions.add(entry.get("platform").get("os.version").asText()));
        assertEquals(List.of(VERSIONS.get("ltsc2019"), VERSIONS.get("ltsc2022")), versions);
    }

    @Test
    public void stages_cache_secrets_and_two_registries() throws Exception {
        WorkflowRun run = run(4);
        assertEquals(digestInRegistry("team/app", "site"), records(run).get(0).digest());
        assertNotEquals(null, digestInRegistry("team/app", "cache"));
        JENKINS.assertLogNotContains("feed me", run);
    }

    @Test
    public void a_run_instruction_on_another_system_is_refused_before_anything_is_pulled() throws Exception {
        assumeFalse("this machine may be able to run Windows containers", Functions.isWindows());
        WorkflowJob job = JENKINS.createProject(WorkflowJob.class);
        JENKINS.jenkins.getWorkspaceFor(job).child("Dockerfile").write(here("FROM registry.example.com/no/such:1\nRUN dir\n"), "UTF-8");
        job.setDefinition(new CpsFlowDefinition("node { windowsImageBuild 'app:1' }", true));
        WorkflowRun run = JENKINS.buildAndAssertStatus(Result.FAILURE, job);
        assertEquals("host-not-ready", records(run).get(0).error().kind());
        assertEquals(Integer.valueOf(2), records(run).get(0).error().line());
        assertEquals(List.of(), REGISTRY.requests("GET").stream().filter(line -> line.contains("no/such")).toList());
    }

    private static List<WindowsImageRecord> records(WorkflowRun run) {
        return run.getAction(WindowsImageAction.class).records();
    }

    private WorkflowRun run(int number) throws Exception {
        WorkflowJob job = JENKINS.createProject(WorkflowJob.class);
        FilePath workspace = JENKINS.jenkins.getWorkspaceFor(job);
        for (String suffix : List.of("", "@2", "@3")) {
            FilePath context = workspace.sibling(workspace.getName() + suffix);
            context.child("Dockerfile").write(here(DOCKERFILE), "UTF-8");
            context.child("index.html").write("hello", "UTF-8");
        }
        job.setDefinition(new CpsFlowDefinition(here(jenkinsfiles().get(number)), true));
        return JENKINS.buildAndAssertSuccess(job);
    }

    private static String here(String text) {
        return text.replace("registry.example.com", REGISTRY.host()).replace("bases.example.com", REGISTRY.host());
    }

    private static List<String> jenkinsfiles() throws IOException {
        Matcher matcher = Pattern.compile("```groovy\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("docs/pipeline.md")));
        List<String> all = matcher.results().map(result -> result.group(1)).toList();
        assertEquals(5, all.size());
        return all;
    }

    /** Pushes the base image of the examples as if it were of this Windows version. */
    private void pushBase(String tag, String osVersion) throws Exception {
        Path layout = ROOT.resolve("docs/examples/base");
        JsonMapper mapper = JsonMapper.builder().build();
        JsonNode entry = mapper.readTree(layout.resolve("index.json").toFile()).get("manifests").get(0);
        ObjectNode manifest = (ObjectNode) mapper.readTree(blob(layout, entry.get("digest").asText()));
        ObjectNode config =
                (ObjectNode) mapper.readTree(blob(layout, manifest.get("config").get("digest").asText()));
        config.put("os.version", osVersion);
        byte[] configBytes = mapper.writeValueAsBytes(config);
        for (JsonNode layer : manifest.get("layers")) {
            upload(blob(layout, layer.get("digest").asText()));
        }
        upload(configBytes);
        ((ObjectNode) manifest.get("config"))
                .put("digest", Digest.of(configBytes).toString())
                .put("size", configBytes.length);
        String type = entry.get("mediaType").asText();
        HttpRequest put = request("/v2/windows/base/manifests/" + tag)
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(mapper.writeValueAsBytes(manifest)))
                .build();
        assertEquals(201, client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    private static byte[] blob(Path layout, String digest) throws IOException {
        return Files.readAllBytes(layout.resolve("blobs").resolve(digest.replace(':', '/')));
    }

    private void upload(byte[] content) throws Exception {
        HttpResponse<Void> begun = client.send(
                request("/v2/windows/base/blobs/uploads/").POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.discarding());
        String location = begun.headers().firstValue("Location").orElseThrow();
        URI target = URI.create("http://" + REGISTRY.host()).resolve(location);
        HttpRequest put = request(target.getRawPath() + "?" + target.getRawQuery() + "&digest=" + Digest.of(content))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                .build();
        assertEquals(201, client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode());
    }

    private static HttpRequest.Builder request(String path) {
        String login = DockerRegistry.USER + ":" + DockerRegistry.PASSWORD;
        return HttpRequest.newBuilder(URI.create("http://" + REGISTRY.host() + path))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse<String> get(String repository, String tag) throws Exception {
        return client.send(
                request("/v2/" + repository + "/manifests/" + tag)
                        .header("Accept", "application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json,"
                                + "application/vnd.docker.distribution.manifest.v2+json,"
                                + "application/vnd.docker.distribution.manifest.list.v2+json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String digestInRegistry(String repository, String tag) throws Exception {
        HttpResponse<String> answer = get(repository, tag);
        assertEquals(200, answer.statusCode());
        return answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
    }
}
