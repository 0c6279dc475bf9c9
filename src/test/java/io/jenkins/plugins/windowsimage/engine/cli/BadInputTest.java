package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.FoundImage;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import io.jenkins.plugins.windowsimage.engine.registry.RetryPolicy;
import io.jenkins.plugins.windowsimage.engine.registry.TestImage;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

/** Input that cannot be used: one clear error, the right exit code, and nothing half-written. */
public class BadInputTest {
    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private CommandLineRun build(String dockerfile, Object... more) throws IOException {
        Object[] all = new Object[more.length + 3];
        all[0] = "--insecure-registry=" + registry.host();
        all[1] = Sandbox.baseContext();
        System.arraycopy(more, 0, all, 2, more.length);
        all[all.length - 1] = sandbox.context("c", dockerfile, "f", "x");
        return sandbox.run("build", all);
    }

    /** The store is as if nothing had been tried. */
    private void nothingHalfWritten() throws IOException {
        assertEquals("The store is in order", sandbox.ok("fsck").out().trim());
        assertEquals(0, Sandbox.json(sandbox.ok("images", "--format", "json").out()).size());
        assertEquals(List.of(), Sandbox.list(sandbox.root()).stream().filter(file -> file.endsWith(".tmp")).toList());
    }

    @Test
    public void what_is_not_there_is_named() throws IOException {
        sandbox.run("build", sandbox.path("nowhere")).fails(2, "nowhere");
        sandbox.run("build", sandbox.file("file", "x")).fails(2, "file");
        Files.createDirectory(sandbox.path("empty"));
        sandbox.run("build", sandbox.path("empty")).fails(2, "Dockerfile");
        sandbox.run("build", "-f", sandbox.path("empty/Other"), sandbox.path("empty")).fails(2, "Other");
        Path named = sandbox.file("named/Only.here", "FROM scratch\n");
        sandbox.run("build", "-f", "Only.here", named.getParent()).fails(2, "Only.here", "-f " + named);
        sandbox.run("build", "-f", sandbox.path("empty"), sandbox.path("empty")).fails(2, "empty");
        CommandLineRun.withInput(new byte[0], sandbox.arguments("build", "-")).fails(2);
        sandbox.run("build", sandbox.path("empty"), sandbox.path("empty")).fails(2);
        nothingHalfWritten();
    }

    @Test
    public void an_empty_dockerfile_is_refused() throws IOException {
        for (String text : List.of("", "\n\n", "# only a comment\n", "ARG A=b\n")) {
            build(text).fails(2, "Dockerfile");
        }
        nothingHalfWritten();
    }

    @Test
    public void ten_megabytes_of_garbage_are_refused_quickly_and_briefly() throws IOException {
        byte[] garbage = new byte[10 << 20];
        new Random(1).nextBytes(garbage);
        Path context = sandbox.context("c", "");
        Files.write(context.resolve("Dockerfile"), garbage);
        CommandLineRun run = sandbox.run("build", context);
        run.fails(2, "Dockerfile");
        assertTrue(run.err().length() + " characters", run.err().length() < 20_000);
        Files.writeString(context.resolve("Dockerfile"), "x".repeat(10 << 20));
        assertTrue(sandbox.run("build", context).fails(2, "Dockerfile").err().length() < 20_000);
        Files.writeString(context.resolve("Dockerfile"), "FROM base\n" + "garbage\n".repeat(1 << 20));
        assertTrue(sandbox.run("build", context).fails(2, "Dockerfile").err().length() < 20_000);
        CommandLineRun.withInput(garbage, sandbox.arguments("build", "-")).fails(2);
        nothingHalfWritten();
    }

    @Test
    public void mistakes_in_the_dockerfile_are_told_all_at_once() throws IOException {
        CommandLineRun run = build("FROM base\nCOPPY f /\nENV\nCOPY --form=x f /\nEXPOSE 80/xyz\n");
        run.fails(2, "COPPY", "COPY", "Dockerfile:2", "Dockerfile:3", "Dockerfile:4", "mean from");
        nothingHalfWritten();
    }

    @Test
    public void stages_that_are_unknown_or_form_a_circle_are_refused() throws IOException {
        build("FROM base AS one\n", "--target", "two").fails(2, "two");
        build("FROM base AS one\nCOPY --from=5 f /\n").fails(2, "5");
        build("FROM base AS one\nCOPY --from=one f /\n").fails(2, "one");
        build("FROM base AS one\nCOPY --from=two f /\nFROM one AS two\nCOPY --from=one f /\n").fails(2, "two");
        nothingHalfWritten();
    }

    @Test
    public void names_that_are_none_are_refused() throws IOException {
        for (String tag : List.of("a/UPPER/case:1", "a b", "", "x:" + "y".repeat(200), "-x", "a//b", "a:b:c", "ä:1", "a@sha256:" + "0".repeat(64))) {
            build("FROM base\nENV A=b\n", "--tag=" + tag).fails(2);
        }
        build("FROM Not/A/Name\n").fails(2, "Not/A/Name");
        sandbox.run("push", "a/UPPER:1").fails(2, "a/UPPER:1");
        sandbox.run("inspect", "a b").fails(2, "a b");
        nothingHalfWritten();
    }

    @Test
    public void options_that_make_no_sense_are_refused() throws IOException {
        String from = "FROM base\nENV A=b\n";
        build(from, "--platform", "amiga").fails(2, "amiga");
        build(from, "--platform", "linux/amd64").fails(2, "linux");
        build(from, "--pull=sometimes").fails(2, "sometimes");
        build(from, "--progress", "loud").fails(2, "loud");
        build(from, "--build-arg", "=x").fails(2, "--build-arg");
        build(from, "--label", "=x").fails(2, "--label");
        build(from, "--secret", "nonsense").fails(2, "--secret");
        build(from, "--secret", "id=x,src=" + sandbox.path("no-secret")).fails(2, "no-secret");
        build(from, "--build-context", "x").fails(2, "--build-context");
        build(from, "--memory", "lots").fails(2, "lots");
        build(from, "--timeout", "soon").fails(2, "soon");
        build(from, "--cpus", "many").fails(2, "many");
        build(from, "--registry-ca", "host=" + sandbox.path("no.pem")).fails(2, "no.pem");
        build(from, "--os-version", "eleven").fails(2, "eleven");
        build(from, "--add-host", "nobody").fails(2, "nobody");
        nothingHalfWritten();
    }

    @Test
    public void a_registry_that_refuses_is_quoted() throws IOException {
        for (int code : new int[] {401, 403, 404}) {
            registry.always("GET", ".*/refusing/" + code + "/.*", FaultyRegistry.status(code));
            Path result = sandbox.path("result.json");
            build("# comment\nFROM " + registry.host() + "/refusing/" + code + ":1\nENV A=b\n", "--metadata-file", result)
                    .fails(3, "line 2", registry.host() + "/refusing/" + code + ":1", "(" + code);
            assertEquals(2, Sandbox.json(result).get("error").get("line").asInt());
        }
        nothingHalfWritten();
    }

    @Test
    public void a_registry_that_fails_or_is_busy_or_silent_is_given_up_on() throws IOException {
        registry.always("GET", ".*/429/.*", FaultyRegistry.status(429, "Retry-After", "1"));
        registry.always("GET", ".*/500/.*", FaultyRegistry.status(500));
        registry.always("GET", ".*/silent/.*", registry.hang(0, new byte[0]));
        RegistryOptions impatient = RegistryOptions.builder()
                .insecure(registry.host())
                .retry(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1), RetryPolicy.DEFAULT.pauses()))
                .readTimeout(Duration.ofMillis(200))
                .build();
        try (Engine engine = new Engine(new StorageRoot(sandbox.root()), impatient, new Cancellation())) {
            for (String name : List.of("429", "500", "silent")) {
                EngineException error = assertThrows(
                        EngineException.class, () -> FoundImage.find(engine, registry.host() + "/" + name + ":1"));
                assertEquals(ErrorKind.REGISTRY_ERROR, error.kind());
                assertTrue(error.getMessage(), error.getMessage().contains(registry.host()) && error.getMessage().contains(name));
                assertEquals(2, registry.count("GET", ".*/" + name + "/manifests/1"));
            }
        }
        nothingHalfWritten();
    }

    @Test
    public void a_registry_that_lies_is_not_believed() throws IOException {
        TestImage image = TestImage.random(1, 5000);
        registry.serve("1", image);
        String blob = ".*/blobs/" + image.layer(0).digest();
        byte[] other = image.layers().get(0).clone();
        other[17] ^= 1;
        registry.always("GET", blob, FaultyRegistry.body(200, other));
        build("FROM " + registry.host() + "/lying:1\nCOPY f /\n").fails(3, image.layer(0).digest().toString(), "line 2");
        TestImage second = TestImage.random(3, 10);
        registry.serve("2", second);
        byte[] config = second.config().clone();
        config[3] ^= 1;
        registry.always("GET", ".*/wrongconfig/blobs/.*", FaultyRegistry.body(200, config));
        build("FROM " + registry.host() + "/wrongconfig:2\nENV A=b\n").fails(3, second.raw().manifest().config().digest().toString());
        registry.always("GET", ".*/wrongmanifest/manifests/.*", FaultyRegistry.body(200, "{}".getBytes(StandardCharsets.UTF_8),
                "Content-Type", image.raw().mediaType()));
        build("FROM " + registry.host() + "/wrongmanifest@" + TestImage.random(4, 10).raw().digest() + "\nENV A=b\n").fails(3, "wrongmanifest");
        build("FROM " + registry.host() + "/wrongmanifest:1\nENV A=b\n").fails(3, "wrongmanifest");
        registry.always("GET", ".*/webpage/manifests/.*", FaultyRegistry.body(200, "<html>".getBytes(StandardCharsets.UTF_8),
                "Content-Type", "text/html"));
        build("FROM " + registry.host() + "/webpage:1\nENV A=b\n").fails(3, "webpage");
        assertEquals("The store is in order", sandbox.ok("fsck").out().trim());
    }

    @Test
    public void a_blob_that_breaks_off_is_not_kept() throws IOException {
        TestImage image = TestImage.random(2, 50_000);
        registry.serve("1", image);
        registry.always("GET", ".*/blobs/" + image.layer(0).digest(),
                FaultyRegistry.truncated(50_000, Arrays.copyOf(image.layers().get(0), 100)));
        build("FROM " + registry.host() + "/short:1\nCOPY f /\n").fails(3, image.layer(0).digest().toString());
        assertEquals("The store is in order", sandbox.ok("fsck").out().trim());
    }

    @Test
    public void a_disk_that_is_full_is_named() throws Exception {
        Path small = Files.createDirectories(sandbox.path("small"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString())
                .redirectErrorStream(true).start();
        mount.getInputStream().readAllBytes();
        assumeTrue("no small file system can be mounted here", mount.waitFor() == 0);
        try {
            byte[] noise = new byte[2 << 20];
            new Random(2).nextBytes(noise);
            Path context = sandbox.context("c", "FROM scratch\nCOPY f /\n");
            Files.write(context.resolve("f"), noise);
            Sandbox full = sandbox.withStore("small/root");
            full.run("build", context).fails(1, "line 2", "space");
            assertEquals("The store is in order", full.ok("fsck").out().trim());
            assertEquals(0, Sandbox.json(full.ok("images", "--format", "json").out()).size());
            sandbox.run("build", "-o", "type=oci,dest=" + small.resolve("out"), context).fails(1, "space", "small");
            assertFalse(Files.exists(small.resolve("out/index.json")));
            sandbox.run("build", "-o", "type=docker,dest=" + small.resolve("out.tar"), context).fails(1, "space", "small");
            assertFalse(Files.exists(small.resolve("out.tar")));
        } finally {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    @Test
    public void a_store_that_cannot_be_written_is_named() throws IOException {
        Path file = sandbox.file("file", "x");
        Path context = sandbox.context("c", "FROM scratch\nCOPY f /\n", "f", "x");
        for (String root : List.of(file.toString(), file + "/deeper", "/proc/none")) {
            CommandLineRun run = CommandLineRun.of("build", "--root", root, context);
            run.fails(4, root);
        }
        assertEquals("x", Files.readString(file));
    }

    @Test
    public void a_name_in_the_context_cannot_pretend_to_be_a_line_of_the_log() throws IOException {
        assumeTrue("such names cannot be made here", File.separatorChar == '/');
        CommandLineRun run = build("FROM base\nCOPY . /\n");
        assertEquals(run.err(), 0, run.code());
        sandbox.file("c/a\nERROR: all is lost\u001b[31m", "x");
        run = build("FROM base\nCOPY . /\n").fails(1, "a\\u000AERROR: all is lost\\u001B[31m");
        assertFalse(run.err(), run.err().contains("\u001b"));
    }

    @Test
    public void no_layer_is_deeper_than_what_is_read_again() throws IOException {
        sandbox.file("c/" + "d/".repeat(200) + "deep", "x");
        CommandLineRun run = build("FROM base\nCOPY . C:/" + "e/".repeat(50) + "\n");
        assertEquals(run.err(), 0, run.code());
        build("FROM base\nCOPY . C:/" + "e/".repeat(100) + "\n").fails(1, "line 2", "more than 255 parts");
        build("FROM base\nWORKDIR C:/" + "e/".repeat(300) + "\n").fails(1, "line 2", "more than 255 parts");
    }

    @Test
    public void files_are_not_copied_from_layers_that_cannot_be_read() throws IOException {
        Path layout = Files.createDirectory(sandbox.path("layout"));
        for (String file : Sandbox.list(Sandbox.base())) {
            Files.copy(Sandbox.base().resolve(file), layout.resolve(file));
        }
        WhiteoutLayer.addTo(layout, "Files/../climbing");
        String context = "--build-context=odd=oci-layout://" + layout;
        build("FROM base\nCOPY --from=odd / /x/\n", context).fails(1, "line 2", "not all files of", "climbing");
        build("FROM odd AS one\nENV A=b\nFROM base\nCOPY --from=one / /x/\n", context).fails(1, "line 4", "not all files of", "climbing");
        CommandLineRun onTop = build("FROM odd\nCOPY f /x/\n", context);
        assertEquals(onTop.err(), 0, onTop.code());
        assertTrue(onTop.out(), onTop.out().contains("are taken as unknown"));
    }

    @Test
    public void memory_that_does_not_suffice_is_no_defect() throws IOException {
        Machine small = (Machine) Proxy.newProxyInstance(
                Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, (proxy, method, arguments) -> {
                    throw new OutOfMemoryError("Java heap space");
                });
        Path context = sandbox.context("c", "FROM scratch\nCOPY f /\n", "f", "x");
        CommandLineRun.on(small, sandbox.arguments("build", context)).fails(4, "MiB of memory", "-Xmx");
        CommandLineRun.on(small, sandbox.arguments("doctor")).fails(4, "MiB of memory", "-Xmx");
    }

    @Test
    public void a_result_file_that_cannot_be_written_is_told_before_the_build() throws IOException {
        build("FROM base\nENV A=b\n", "--metadata-file", sandbox.path("none/result.json")).fails(2, "--metadata-file");
        build("FROM base\nENV A=b\n", "--progress-file", sandbox.path("none/events")).fails(2, "--progress-file");
        nothingHalfWritten();
    }
}
