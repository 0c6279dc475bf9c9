package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.DiskContentStore;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** kill -9 at every stage of a command: the store stays sound, and the next command does its work. */
public class KilledCommandsTest {
    private static final String DOCKERFILE = """
            FROM base AS tools
            COPY large.bin C:/tools/
            FROM base
            COPY --from=tools C:/tools/large.bin C:/app/
            COPY small.txt C:/app/
            CMD ["app"]
            """;

    @Rule
    public final Sandbox sandbox = new Sandbox();

    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    private final List<Process> processes = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private Path context;

    @Before
    public void prepare() throws IOException {
        context = sandbox.context("context", DOCKERFILE, "small.txt", "small");
        byte[] large = new byte[8_000_000];
        new Random(1).nextBytes(large);
        Files.write(context.resolve("large.bin"), large);
        new StorageRoot(sandbox.root());
    }

    @After
    public void end() {
        end.countDown();
        processes.forEach(Process::destroyForcibly);
    }

    private ChildProcess start(String command, Object... arguments) throws IOException {
        ChildProcess child = ChildProcess.start(Map.of(), null, sandbox.arguments(command, arguments));
        processes.add(child.process());
        return child;
    }

    private ChildProcess startBuild(Object... more) throws IOException {
        List<Object> arguments = new ArrayList<>(List.of(
                "--no-cache", "--tag", "app", "--progress-file", sandbox.path("events"), Sandbox.baseContext(), context));
        arguments.addAll(List.of(more));
        return start("build", arguments.toArray());
    }

    private static void kill(ChildProcess child) throws InterruptedException {
        child.process().destroyForcibly().waitFor();
    }

    /** The next build removes what the dead one left, and the store has nothing wrong in it, before and after. */
    private void assertSound(String moment) throws IOException {
        assertEquals(moment, "", complaints());
        sandbox.ok("build", "--tag", "app", Sandbox.baseContext(), context);
        for (String directory : List.of("builds", "leases", "incoming")) {
            List<String> left = Sandbox.list(sandbox.root().resolve(directory)).stream()
                    .filter(file -> !file.endsWith(".partial"))
                    .toList();
            assertEquals(moment + ": " + directory, List.of(), left);
        }
        assertEquals(moment, "The store is in order", sandbox.ok("fsck").out().strip());
    }

    /** What is wrong with the store; leftovers of the dead are not. */
    private String complaints() {
        CommandLineRun fsck = sandbox.run("fsck");
        return fsck.code() == 0 ? "" : fsck.out() + fsck.err();
    }

    @Test
    public void a_build_killed_at_any_event_leaves_a_sound_store() throws Exception {
        for (String event : List.of("stage-started", "step-completed", "build-completed")) {
            Files.deleteIfExists(sandbox.path("events"));
            Files.createFile(sandbox.path("events"));
            try (DirectoryWatch watch = new DirectoryWatch(sandbox.path(""), DirectoryWatch.WRITTEN)) {
                ChildProcess child = startBuild();
                watch.await(file -> file.endsWith("events") && Files.readString(file).contains("\"" + event + "\""));
                kill(child);
            }
            assertSound(event);
        }
    }

    @Test
    public void a_build_killed_at_any_write_leaves_a_sound_store() throws Exception {
        for (String directory : List.of("builds", "leases", "incoming", "blobs/sha256", "cache", "images")) {
            sandbox.run("rm", "app");
            sandbox.ok("prune", "--all");
            try (DirectoryWatch watch = new DirectoryWatch(sandbox.root().resolve(directory), DirectoryWatch.CREATED)) {
                ChildProcess child = startBuild();
                watch.await(file -> true);
                kill(child);
            }
            assertSound(directory);
        }
    }

    @Test
    public void a_build_killed_while_it_writes_a_layer_leaves_a_sound_store() throws Exception {
        try (DirectoryWatch watch = new DirectoryWatch(sandbox.root().resolve("incoming"), DirectoryWatch.WRITTEN)) {
            ChildProcess child = startBuild();
            watch.await(file -> Files.exists(file) && Files.size(file) > 1_000_000);
            kill(child);
        }
        assertSound("layer");
    }

    /** Lets a request wait for good, so that the command is killed in the midst of it. */
    private CountDownLatch stopAt(String method, String path) {
        CountDownLatch reached = new CountDownLatch(1);
        registry.next(method, path, exchange -> {
            if (exchange.getRequestMethod().equals("PUT")) {
                exchange.getRequestBody().readNBytes(10);
            }
            reached.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return reached;
    }

    private static void await(CountDownLatch reached, String moment) throws InterruptedException {
        assertTrue(moment + " was never reached", reached.await(60, TimeUnit.SECONDS));
    }

    @Test
    public void a_push_killed_at_any_request_leaves_no_half_image_and_is_repeated() throws Exception {
        String name = registry.host() + "/team/app:1";
        sandbox.ok("build", "--tag", name, Sandbox.baseContext(), context);
        String[][] moments = {
            {"HEAD", "/v2/.*/blobs/sha256:.*"}, {"POST", "/v2/.*/blobs/uploads/"}, {"PUT", "/v2/.*/blobs/uploads/.*"}, {"PUT", "/v2/.*/manifests/.*"}
        };
        for (String[] moment : moments) {
            CountDownLatch reached = stopAt(moment[0], moment[1]);
            ChildProcess child = start("push", "--insecure-registry", registry.host(), name);
            await(reached, String.join(" ", moment));
            kill(child);
            assertEquals(null, registry.manifest("1"));
            assertEquals("", complaints());
        }
        sandbox.ok("push", "--insecure-registry", registry.host(), name);
        assertTrue(registry.manifest("1") != null);
        assertSound("push");
    }

    @Test
    public void a_pull_killed_at_any_request_is_resumed() throws Exception {
        String name = registry.host() + "/team/app:1";
        sandbox.ok("build", "--push", "--insecure-registry", registry.host(), "--tag", name, Sandbox.baseContext(), context);
        Digest config = registry.manifest("1").manifest().config().digest();
        Digest layer = registry.manifest("1").manifest().layers().stream()
                .max(Comparator.comparing(Descriptor::size))
                .orElseThrow()
                .digest();
        StorageRoot other = new StorageRoot(sandbox.path("other"));
        Path derived = sandbox.context("derived", "FROM " + name + "\nENV A=1\n");
        Object[] pull = {
            "build", "--root", other, "--insecure-registry", registry.host(), "--output", sandbox.path("out.tar"), derived
        };
        for (String path : List.of("/v2/.*/manifests/1", "/v2/.*/blobs/" + config, "/v2/.*/blobs/" + layer)) {
            CountDownLatch reached = stopAt("GET", path);
            ChildProcess child = ChildProcess.start(Map.of(), null, pull);
            processes.add(child.process());
            await(reached, path);
            kill(child);
            CommandLineRun.ok("fsck", "--root", other);
        }
        byte[] blob = registry.blob(layer);
        registry.next("GET", "/v2/.*/blobs/" + layer, exchange -> {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, blob.length / 2);
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (DirectoryWatch watch = new DirectoryWatch(other.path().resolve("incoming"), DirectoryWatch.WRITTEN)) {
            ChildProcess child = ChildProcess.start(Map.of(), null, pull);
            processes.add(child.process());
            watch.await(file -> Files.exists(file) && Files.size(file) > blob.length / 4);
            kill(child);
        }
        CommandLineRun.ok("fsck", "--root", other);
        CommandLineRun.ok(pull);
        CommandLineRun.ok("fsck", "--root", other);
        assertTrue("the half that was there is not fetched again", registry.requests().stream()
                .anyMatch(request -> request.path().endsWith(layer.toString()) && request.range() != null));
    }

    @Test
    public void a_prune_killed_in_its_midst_leaves_a_sound_store() throws Exception {
        for (String directory : List.of("images", "blobs/sha256")) {
            sandbox.ok("build", "--tag", "app", Sandbox.baseContext(), context);
            try (DiskContentStore store = new DiskContentStore(new StorageRoot(sandbox.root()))) {
                for (int i = 0; i < 300; i++) {
                    byte[] content = (directory + i).getBytes(StandardCharsets.US_ASCII);
                    try (BlobWriter writer = store.writer()) {
                        writer.write(content, 0, content.length);
                        writer.commit(Digest.of(content));
                    }
                }
            }
            try (DirectoryWatch watch = new DirectoryWatch(sandbox.root().resolve(directory), DirectoryWatch.DELETED)) {
                ChildProcess child = start("prune", "--all");
                watch.await(file -> true);
                kill(child);
            }
            assertSound("prune of " + directory);
        }
        sandbox.ok("prune", "--all");
        assertEquals(List.of(), Sandbox.list(sandbox.root().resolve("blobs/sha256")));
    }
}
