package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.machine.DeepProbe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.Probe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.RunHosts;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Whole builds on nano server with the real services of Windows, where they are; skipped elsewhere. All tests share one store, so that the
 * base image is pulled and unpacked once. docs/windows-host.md tells how to run them.
 */
public class RunOnWindowsTest {
    /** Names a registry that takes images without a login, such as {@code myregistry:5000}. */
    private static final String REGISTRY = "WINDOWS_IMAGE_TEST_REGISTRY";

    private static final ObjectMapper JSON = new ObjectMapper();

    @ClassRule
    public static final TemporaryFolder STORE = new TemporaryFolder();

    private static String base;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Cancellation cancellation = new Cancellation();

    /** This machine, with a cancellation for one test. */
    private final Machine machine = new Machine() {
        private final Machine real = new ThisMachine();

        @Override
        public RunHost runHost(Engine engine) throws IOException {
            return real.runHost(engine);
        }

        @Override
        public Optional<String> windowsVersion() {
            return real.windowsVersion();
        }

        @Override
        public List<Probe> probes(Path storageRoot, DeepProbe deep) {
            return real.probes(storageRoot, deep);
        }

        @Override
        public Optional<LayerCollector> layerCollector(Path storageRoot) throws IOException {
            return real.layerCollector(storageRoot);
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }
    };

    @BeforeClass
    public static void needs_the_host_compute_service() {
        Optional<WindowsVersion> version = RunHosts.windowsVersion().flatMap(WindowsVersion::parse);
        assumeTrue("this is " + System.getProperty("os.name") + ", not Windows", version.isPresent());
        for (Probe probe : RunHosts.probes(STORE.getRoot().toPath(), null)) {
            assumeTrue(probe.toString(), probe.status() != Probe.Status.FAIL);
        }
        base = DoctorCommand.nanoserver(version.get());
    }

    /** Windows alone can remove unpacked layers. */
    @AfterClass
    public static void remove_the_layers() {
        if (base != null) {
            CommandLineRun.of("prune", "--all", "--root", STORE.getRoot());
        }
    }

    @After
    public void nothing_is_left() throws IOException {
        Path root = STORE.getRoot().toPath();
        assertEquals(List.of(), names(root.resolve("builds")));
        assertEquals(List.of(), names(root.resolve("tmp")));
        assertEquals(List.of(), names(root.resolve("layers")).stream().filter(name -> name.matches("(scratch|temp|rm)-.*")).toList());
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    private CommandLineRun build(String dockerfile, Object... arguments) throws IOException {
        Path context = Files.createDirectories(path("context"));
        Files.writeString(context.resolve("Dockerfile"), "# escape=`\n" + dockerfile);
        List<Object> all = new ArrayList<>(List.of("build", "--root", STORE.getRoot(), "--metadata-file", path("result.json"),
                "--progress-file", path("events.jsonl"), "--progress", "plain"));
        all.addAll(List.of(arguments));
        all.add(context);
        CommandLineRun run = CommandLineRun.on(machine, all.toArray());
        System.out.println(run.out() + run.err());
        return run;
    }

    private void builds(String dockerfile, Object... arguments) throws IOException {
        CommandLineRun run = build(dockerfile, arguments);
        assertEquals(run.err(), 0, run.code());
    }

    private List<String> printed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path("events.jsonl"))) {
            JsonNode event = JSON.readTree(line);
            if (event.path("type").asText().equals("output") && !event.path("error").asBoolean()) {
                lines.add(event.get("text").asText().strip());
            }
        }
        return lines;
    }

    @Test
    public void a_second_command_sees_what_the_first_one_changed() throws IOException {
        builds("FROM " + base + "\nUSER ContainerAdministrator\nRUN mkdir C:\\made && echo one> C:\\made\\a.txt\n"
                + "RUN echo two>> C:\\made\\a.txt\nRUN type C:\\made\\a.txt\n");
        assertEquals(List.of("one", "two"), printed());
    }

    @Test
    public void a_deleted_file_of_the_base_stays_deleted() throws IOException {
        builds("FROM " + base + "\nUSER ContainerAdministrator\nRUN if not exist C:\\License.txt exit 9\nRUN del /f /q C:\\License.txt\n"
                + "RUN if exist C:\\License.txt (exit 9) else (echo gone)\n", "--output", "type=oci,tar=false,dest=" + path("layout"));
        assertEquals(List.of("gone"), printed());
        OciTree image = new OciTree(path("layout"));
        int deleting = image.manifest().get("layers").size() - 2;
        assertTrue(image.entries(deleting).stream().anyMatch(entry -> entry.getName().equalsIgnoreCase("Files/.wh.License.txt")));
    }

    @Test
    public void environment_directory_and_user_are_those_of_the_image() throws IOException {
        builds("FROM " + base + "\nENV GREETING=\"hello there\"\nUSER ContainerAdministrator\nWORKDIR C:\\work\\deep\n"
                + "RUN echo %GREETING%&& cd && echo %USERNAME%\nUSER ContainerUser\nRUN echo %USERNAME%\n");
        assertEquals(List.of("hello there", "C:\\work\\deep", "ContainerAdministrator", "ContainerUser"), printed());
    }

    @Test
    public void words_of_the_exec_form_arrive_as_they_are() throws IOException {
        builds("FROM " + base + "\nRUN [\"cmd\", \"/C\", \"echo\", \"a b\"]\n");
        assertEquals(List.of("\"a b\""), printed());
    }

    @Test
    public void every_line_of_a_heredoc_is_run() throws IOException {
        builds("FROM " + base + "\nRUN <<EOF\necho one\necho two\nEOF\n");
        assertEquals(List.of("one", "two"), printed());
    }

    @Test
    public void a_command_reaches_the_network() throws IOException {
        builds("FROM " + base + "\nRUN curl.exe -sSf http://www.msftconnecttest.com/connecttest.txt\n");
        assertEquals(List.of("Microsoft Connect Test"), printed());
    }

    @Test
    public void a_command_without_network_reaches_nothing() throws IOException {
        CommandLineRun run = build("FROM " + base + "\nRUN --network=none curl.exe -sSf http://www.msftconnecttest.com/connecttest.txt\n");
        assertEquals(1, run.code());
    }

    @Test
    public void mounts_are_seen_and_not_kept() throws IOException {
        Files.createDirectories(path("context"));
        Files.writeString(path("context").resolve("in.txt"), "from the context");
        Path secret = Files.writeString(path("secret"), "top secret");
        builds("FROM " + base + "\nRUN --mount=type=bind,target=C:/src type C:\\src\\in.txt\n"
                        + "RUN --mount=type=cache,target=C:/cache echo kept> C:\\cache\\f\nRUN --mount=type=cache,target=C:/cache type C:\\cache\\f\n"
                        + "RUN --mount=type=secret,id=s type C:\\run\\secrets\\s\nRUN if exist C:\\src\\in.txt exit 9\n",
                "--secret", "id=s,src=" + secret, "--isolation", "process");
        assertEquals(List.of("from the context", "kept", "top secret"), printed());
    }

    @Test
    public void a_failing_command_tells_its_exit_code() throws IOException {
        assertEquals(1, build("FROM " + base + "\nRUN exit 42\n").code());
        assertEquals(42, JSON.readTree(path("result.json").toFile()).at("/error/exitCode").asInt());
    }

    @Test
    public void a_cancelled_build_leaves_nothing_and_the_next_one_succeeds() throws IOException {
        CompletableFuture<CommandLineRun> build = CompletableFuture.supplyAsync(() -> {
            try {
                return build("FROM " + base + "\nRUN echo started && ping -n 600 127.0.0.1\n");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (!build.isDone() && !(Files.exists(path("events.jsonl")) && printed().contains("started"))) {
            LockSupport.parkNanos(50_000_000);
        }
        long requested = System.nanoTime();
        cancellation.request();
        assertEquals(130, build.join().code());
        assertTrue("took too long to end", System.nanoTime() - requested < 10_000_000_000L);
        nothing_is_left();
    }

    @Test
    public void hyper_v_isolation_builds_as_well() throws IOException {
        assumeTrue("Hyper-V is not installed", RunHosts.probes(STORE.getRoot().toPath(), null).stream()
                .anyMatch(probe -> probe.name().equals("Hyper-V") && probe.status() == Probe.Status.OK));
        builds("FROM " + base + "\nUSER ContainerAdministrator\nRUN echo one> C:\\a.txt\nRUN type C:\\a.txt\n", "--isolation", "hyperv");
        assertEquals(List.of("one"), printed());
    }

    @Test
    public void an_image_from_a_layout_can_be_built_on() throws IOException {
        builds("FROM " + base + "\nUSER ContainerAdministrator\nRUN echo kept> C:\\a.txt\n",
                "--output", "type=oci,tar=false,dest=" + path("layout"));
        builds("FROM built\nRUN type C:\\a.txt\n", "--build-context", "built=oci-layout://" + path("layout"));
        assertEquals(List.of("kept"), printed());
    }

    @Test
    public void a_pushed_image_can_be_pulled() throws IOException {
        assumeTrue(REGISTRY + " names no registry", System.getenv(REGISTRY) != null);
        String name = System.getenv(REGISTRY) + "/windows-image-test/run:1";
        builds("FROM " + base + "\nUSER ContainerAdministrator\nRUN echo pushed> C:\\a.txt\n", "-t", name, "--push",
                "--insecure-registry", System.getenv(REGISTRY));
        builds("FROM " + name + "\nRUN type C:\\a.txt\n", "--pull", "always", "--insecure-registry", System.getenv(REGISTRY));
        assertEquals(List.of("pushed"), printed());
    }
}
