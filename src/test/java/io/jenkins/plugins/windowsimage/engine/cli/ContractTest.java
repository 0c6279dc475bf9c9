package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

/** What a build tells other programs (docs/result-format.md), and how it ends when it is told to. */
public class ContractTest {
    private static final String SHA256 = "sha256:[0-9a-f]{64}";

    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path context() throws IOException {
        return sandbox.context("c", "FROM base AS one\nCOPY f /\nFROM base\nENV A b\nCOPY --from=one /f /g\n", "f", "text");
    }

    private static List<JsonNode> events(Path file) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            events.add(Sandbox.json(line));
        }
        return events;
    }

    @Test
    public void a_result_file_tells_everything_about_a_success() throws IOException {
        JsonNode result = sandbox.build("-t", "app:1", "-t", "example.com/team/app:2", context());
        assertEquals(1, result.get("formatVersion").asInt());
        assertTrue(result.get("buildId").asText().matches("[0-9a-f]{12}"));
        assertEquals("success", result.get("result").asText());
        assertTrue(result.get("digest").asText().matches(SHA256));
        assertTrue(result.get("configDigest").asText().matches(SHA256));
        assertEquals("application/vnd.oci.image.manifest.v1+json", result.get("mediaType").asText());
        assertEquals("[\"docker.io/library/app:1\",\"example.com/team/app:2\"]", result.get("tags").toString());
        assertEquals("[]", result.get("pushed").toString());
        assertEquals("windows/amd64", result.get("platform").asText());
        assertEquals(Sandbox.BASE_VERSION, result.get("osVersion").asText());
        assertEquals(1, result.get("baseImages").size());
        assertEquals(4, result.get("layers").size());
        assertTrue(result.get("layers").get(0).get("base").asBoolean());
        JsonNode added = result.get("layers").get(3);
        assertFalse(added.get("base").asBoolean());
        assertTrue(added.get("digest").asText().matches(SHA256));
        assertTrue(added.get("diffId").asText().matches(SHA256));
        assertTrue(added.get("size").asLong() > 0);
        assertEquals(0, added.get("uncompressedSize").asLong() % 512);
        assertTrue(added.get("createdBy").asText().startsWith("COPY"));
        assertEquals(3, result.get("steps").size());
        JsonNode step = result.get("steps").get(0);
        assertEquals("one", step.get("stage").asText());
        assertEquals(2, step.get("line").asInt());
        assertEquals("COPY f /", step.get("text").asText());
        assertNotNull(Instant.parse(step.get("start").asText()));
        assertEquals(4, result.get("totals").get("layers").asInt());
        assertEquals(2, result.get("totals").get("steps").asInt());
        assertEquals("LegacyKeyValueFormat", result.get("warnings").get(0).get("rule").asText());
        assertEquals(4, result.get("warnings").get(0).get("line").asInt());
        assertFalse(result.has("error"));
        assertEquals(result.get("digest"), result.get("containerimage.digest"));
        assertEquals(result.get("configDigest"), result.get("containerimage.config.digest"));
        assertEquals("docker.io/library/app:1,example.com/team/app:2", result.get("image.name").asText());
    }

    @Test
    public void a_result_file_tells_about_a_failure_of_every_kind() throws IOException {
        failure("FROM base\nCOPY nothing /\n", 1, "invalid-instruction", 2);
        failure("FROM base\nCOPPY f /\n", 2, "dockerfile-parse", 2);
        failure("FROM base\nCOPY --from=base2 f /\nFROM x\n", 3, "registry-error", 2, "--target", "0");
        failure("FROM base\n", 2, "stage-not-found", null, "--target", "nowhere");
    }

    private void failure(String dockerfile, int code, String kind, Integer line, String... more) throws IOException {
        Path result = sandbox.path("result.json");
        Path events = sandbox.path("events.jsonl");
        Files.deleteIfExists(result);
        List<Object> arguments = new ArrayList<>(List.of("--metadata-file", result, "--progress-file", events, "--registry-mirror",
                "docker.io=" + registry.host(), "--insecure-registry", registry.host(), Sandbox.baseContext()));
        arguments.addAll(List.of(more));
        arguments.add(sandbox.context("c", dockerfile, "f", "x"));
        CommandLineRun run = sandbox.run("build", arguments.toArray());
        run.fails(code);
        JsonNode told = Sandbox.json(result);
        assertEquals("failure", told.get("result").asText());
        assertEquals(told.toString(), kind, told.get("error").get("kind").asText());
        assertEquals(line == null ? null : line.toString(), told.get("error").has("line") ? told.get("error").get("line").asText() : null);
        assertFalse(told.has("digest"));
        assertTrue(run.err(), run.err().contains(told.get("error").get("message").asText().lines().findFirst().orElseThrow()));
        List<JsonNode> all = events(events);
        JsonNode last = all.get(all.size() - 1);
        assertEquals("build-failed", last.get("type").asText());
        assertEquals(kind, last.get("kind").asText());
    }

    @Test
    public void a_build_that_cannot_begin_has_a_result_too() throws IOException {
        Path result = sandbox.path("result.json");
        Path events = sandbox.path("events.jsonl");
        Path file = sandbox.file("file", "x");
        for (Object[] arguments : new Object[][] {
            {2, "context-read", "build", "--root", sandbox.root(), sandbox.path("nowhere")},
            {2, "usage", "build", "--root", sandbox.root(), "-t", "a//b", context()},
            {4, "host-not-ready", "build", "--root", file, context()}
        }) {
            Files.deleteIfExists(result);
            List<Object> words = new ArrayList<>(List.of(arguments).subList(2, arguments.length));
            words.addAll(List.of("--metadata-file", result, "--progress-file", events));
            CommandLineRun.of(words.toArray()).fails((int) arguments[0]);
            assertEquals("failure", Sandbox.json(result).get("result").asText());
            assertEquals(arguments[1], Sandbox.json(result).get("error").get("kind").asText());
            assertEquals(1, events(events).size());
            assertEquals("build-failed", events(events).get(0).get("type").asText());
        }
    }

    @Test
    public void events_come_in_order_each_with_time_and_type() throws IOException {
        Path file = sandbox.path("events.jsonl");
        JsonNode result = sandbox.build("--progress-file", file, context());
        List<String> types = new ArrayList<>();
        for (JsonNode event : events(file)) {
            assertNotNull(Instant.parse(event.get("time").asText()));
            types.add(event.get("type").asText());
            if (event.has("buildId")) {
                assertEquals(result.get("buildId"), event.get("buildId"));
            }
        }
        assertEquals(List.of("build-started", "warning", "stage-started", "step-started", "step-completed", "stage-completed",
                "stage-started", "step-started", "step-completed", "stage-completed", "build-completed"), types);
    }

    @Test
    public void progress_as_json_is_the_same_events_and_nothing_else() throws IOException {
        CommandLineRun run = sandbox.ok("build", "--progress", "json", Sandbox.baseContext(), context());
        List<String> types = new ArrayList<>();
        for (String line : run.lines()) {
            types.add(Sandbox.json(line).get("type").asText());
        }
        assertEquals("build-completed", types.get(types.size() - 1));
        assertEquals("", run.err());
    }

    @Test
    public void quiet_prints_the_digest_alone_and_the_image_id_goes_to_its_file() throws IOException {
        Path id = sandbox.path("iid");
        Path result = sandbox.path("result.json");
        CommandLineRun run = sandbox.ok("build", "-q", "--iidfile", id, "--metadata-file", result, Sandbox.baseContext(), context());
        assertEquals(Sandbox.json(result).get("digest").asText(), run.out().strip());
        assertEquals(Sandbox.json(result).get("configDigest").asText(), Files.readString(id));
        sandbox.run("build", "--iidfile", sandbox.path("none/iid"), context()).fails(2, "--iidfile", "none");
    }

    @Test
    public void a_build_that_is_told_to_stop_says_so_and_leaves_nothing() throws Exception {
        for (String signal : signals()) {
            registry.always("POST", ".*/uploads/", registry.hang(0, new byte[0]));
            Path result = sandbox.path(signal + ".json");
            Path events = sandbox.path(signal + ".jsonl");
            ChildProcess child = ChildProcess.start(Map.of(), null, sandbox.arguments("build", "--push", "-t", registry.host() + "/x:" + signal,
                    "--insecure-registry", registry.host(), "--metadata-file", result, "--progress-file", events,
                    Sandbox.baseContext(), context()));
            awaitUpload(child.process());
            new ProcessBuilder("kill", "-" + signal, Long.toString(child.process().pid())).start().waitFor();
            assertTrue(signal, child.process().waitFor(30, TimeUnit.SECONDS));
            CommandLineRun run = child.end();
            run.fails(130, "cancelled");
            JsonNode told = Sandbox.json(result);
            assertEquals("cancelled", told.get("result").asText());
            assertEquals("cancelled", told.get("error").get("kind").asText());
            List<JsonNode> all = events(events);
            assertEquals("build-failed", all.get(all.size() - 1).get("type").asText());
            assertEquals("The store is in order", sandbox.ok("fsck").out().trim());
            List<String> left = Sandbox.list(sandbox.path(".")).stream()
                    .filter(file -> file.endsWith(".tmp") || file.matches(".*root/(builds|tmp|temp)[^/]*/.+")).toList();
            assertEquals(List.of(), left);
            registry.requests().clear();
        }
    }

    /** A process whose parent ignores Ctrl-C, such as one in the background of a script, ignores it too. */
    private static List<String> signals() throws IOException {
        Path status = Path.of("/proc/self/status");
        boolean interruptIgnored = Files.exists(status) && Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring("SigIgn:".length()).trim(), 16) & 2) != 0);
        return interruptIgnored ? List.of("TERM") : List.of("TERM", "INT");
    }

    private void awaitUpload(Process process) throws InterruptedException {
        while (registry.count("POST", ".*/uploads/") == 0) {
            assertTrue("the build ended before its push", process.isAlive());
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    public void a_cancelled_pull_leaves_nothing_either() throws Exception {
        registry.always("GET", ".*/manifests/.*", registry.hang(0, new byte[0]));
        Path result = sandbox.path("result.json");
        ChildProcess child = ChildProcess.start(Map.of(), null, sandbox.arguments("build", "--insecure-registry", registry.host(),
                "--metadata-file", result, sandbox.context("c", "FROM " + registry.host() + "/x:1\n")));
        while (registry.count("GET", ".*/manifests/.*") == 0) {
            assertTrue(child.process().isAlive());
            child.process().waitFor(10, TimeUnit.MILLISECONDS);
        }
        new ProcessBuilder("kill", Long.toString(child.process().pid())).start().waitFor();
        assertTrue(child.process().waitFor(2, TimeUnit.SECONDS));
        child.end().fails(130, "cancelled");
        assertEquals("cancelled", Sandbox.json(result).get("result").asText());
        sandbox.ok("fsck");
    }

    @Test
    public void a_build_that_waits_for_its_context_can_be_stopped() throws Exception {
        for (Object[] words : new Object[][] {{"-"}, {"-f", "-", sandbox.context("c", "")}}) {
            Path result = sandbox.path("result.json");
            Files.deleteIfExists(result);
            List<Object> all = new ArrayList<>(List.of("--metadata-file", result));
            all.addAll(List.of(words));
            // Its standard input is a pipe that nobody writes to.
            ChildProcess child = ChildProcess.start(Map.of(), null, sandbox.arguments("build", all.toArray()));
            while (!Files.isDirectory(sandbox.root().resolve("builds")) || Sandbox.list(sandbox.root().resolve("builds")).isEmpty()) {
                assertTrue(child.process().isAlive());
                child.process().waitFor(10, TimeUnit.MILLISECONDS);
            }
            new ProcessBuilder("kill", Long.toString(child.process().pid())).start().waitFor();
            assertTrue(child.process().waitFor(2, TimeUnit.SECONDS));
            child.end().fails(130, "cancelled");
            assertEquals("cancelled", Sandbox.json(result).get("result").asText());
            assertEquals(List.of(), Sandbox.list(sandbox.root().resolve("builds")));
        }
    }

    @Test
    public void a_build_that_writes_its_image_can_be_stopped() throws Exception {
        Path context = sandbox.context("c", "FROM scratch\nCOPY f /\n");
        try (RandomAccessFile large = new RandomAccessFile(context.resolve("f").toFile(), "rw")) {
            large.setLength(2L << 30);
        }
        sandbox.ok("build", context);
        for (String output : List.of("type=docker,dest=", "type=oci,tar=true,dest=")) {
            Path file = sandbox.path("out/image.tar");
            Files.createDirectories(file.getParent());
            Path result = sandbox.path("result.json");
            Files.deleteIfExists(result);
            ChildProcess child = ChildProcess.start(Map.of(), null, sandbox.arguments("build", "--metadata-file", result, "-o", output + file, context));
            while (Sandbox.list(file.getParent()).isEmpty()) {
                assertTrue(child.process().isAlive());
                child.process().waitFor(1, TimeUnit.MILLISECONDS);
            }
            new ProcessBuilder("kill", Long.toString(child.process().pid())).start().waitFor();
            assertTrue(child.process().waitFor(2, TimeUnit.SECONDS));
            child.end().fails(130, "cancelled");
            assertEquals("cancelled", Sandbox.json(result).get("result").asText());
            assertEquals(List.of(), Sandbox.list(file.getParent()));
            assertEquals(List.of(), Sandbox.list(sandbox.root().resolve("builds")));
        }
    }

    @Test
    public void help_and_version_are_no_errors() {
        for (String[] words : new String[][] {{"--help"}, {"--version"}, {"build", "--help"}, {"index", "create", "--help"}}) {
            CommandLineRun run = CommandLineRun.ok((Object[]) words);
            assertFalse(run.out().isBlank());
            assertEquals("", run.err());
        }
        CommandLineRun.of().fails(2);
        CommandLineRun.of("biuld").fails(2, "biuld");
        CommandLineRun.of("build", "--unknown").fails(2, "--unknown");
        CommandLineRun.of("index").fails(2);
    }
}
