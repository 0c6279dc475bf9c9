package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.machine.DeepProbe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.Probe;
import io.jenkins.plugins.windowsimage.engine.windows.machine.SimulatedProbes;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimRunHosts;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import io.jenkins.plugins.windowsimage.engine.windows.storage.HcsLayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.storage.LayerCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * A Windows that is simulated below the native calls, with a store, base images and the command line on it. Tells at the end of a test
 * what was left behind.
 */
final class SimulatedMachine extends ExternalResource implements Machine {
    private static final ObjectMapper JSON = new ObjectMapper();

    final SimWindows windows = new SimWindows();
    private final TemporaryFolder folder;
    private volatile Cancellation cancellation = new Cancellation();

    SimulatedMachine() {
        this(new TemporaryFolder());
    }

    private SimulatedMachine(TemporaryFolder folder) {
        this.folder = folder;
    }

    /** For a process that runs a single command, which signals cancel. */
    static SimulatedMachine ofThisProcess() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        machine.cancellation = Signals.cancellation();
        machine.before();
        return machine;
    }

    @Override
    protected void before() throws IOException {
        folder.create();
        windows.addresses().addRoute("0.0.0.0", 0, 7, 25);
        windows.addresses().addAdapter(7, true, "corp.example", "10.0.0.53");
        WindowsBase.write(path("base"), "10.0.20348.1");
    }

    @Override
    protected void after() {
        folder.delete();
    }

    // ---- what commands ask

    @Override
    public RunHost runHost(Engine engine) throws IOException {
        HcsLayerStorage storage = new HcsLayerStorage(
                windows, engine.root().path(), engine.store(), ForkJoinPool.commonPool(), System.err::println);
        return SimRunHosts.on(windows, engine.root().path(), storage);
    }

    @Override
    public Optional<String> windowsVersion() {
        return Optional.of(WindowsVersion.ofHost(windows).toString());
    }

    @Override
    public List<Probe> probes(Path storageRoot, DeepProbe deep) {
        return SimulatedProbes.of(windows, storageRoot, deep);
    }

    @Override
    public Optional<LayerCollector> layerCollector(Path storageRoot) throws IOException {
        return Optional.of(new LayerCollector(windows, storageRoot));
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    // ---- what tests do

    /** What Ctrl-C does, from a thread of its own. */
    void cancelSoon() {
        new Thread(cancellation::request, "cancel").start();
    }

    /** Another machine, with a store of its own in a directory of this one's. */
    SimulatedMachine another(String name) throws IOException {
        SimulatedMachine other = new SimulatedMachine(new TemporaryFolder(folder.newFolder(name)));
        other.before();
        return other;
    }

    Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    Path root() {
        return path("root");
    }

    /** Writes a file, and the directories above it. */
    Path file(String name, String content) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Runs a command on the store. */
    CommandLineRun run(String command, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(List.of("--root", root()));
        all.addAll(List.of(arguments));
        return CommandLineRun.on(this, all.toArray());
    }

    /** Builds a Dockerfile in the directory {@code context}; {@code base} is the base image. */
    CommandLineRun build(String dockerfile, Object... arguments) throws IOException {
        file("context/Dockerfile", dockerfile);
        List<Object> all = new ArrayList<>(List.of("--metadata-file", path("result.json"), "--progress-file", path("events.jsonl"),
                "--progress", "plain", "--build-context", "base=oci-layout://" + path("base")));
        all.addAll(List.of(arguments));
        all.add(path("context"));
        return run("build", all.toArray());
    }

    /** Builds, which must succeed, and returns the image. */
    OciTree image(String dockerfile, Object... arguments) throws IOException {
        Path layout = Files.createTempDirectory(folder.getRoot().toPath(), "image").resolve("layout");
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "type=oci,tar=false,dest=" + layout));
        CommandLineRun run = build(dockerfile, all.toArray());
        if (run.code() != 0) {
            throw new AssertionError("exit code " + run.code() + "\n" + run.out() + run.err());
        }
        return new OciTree(layout);
    }

    /** The result file of the last build. */
    JsonNode result() throws IOException {
        return JSON.readTree(path("result.json").toFile());
    }

    /** What the commands of the last build printed, line by line. */
    List<String> printed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path("events.jsonl"))) {
            JsonNode event = JSON.readTree(line);
            if (event.path("type").asText().equals("output")) {
                lines.add(event.get("text").asText().stripTrailing());
            }
        }
        return lines;
    }

    int containersStarted() {
        return windows.faults().count("ComputeCore.HcsStartComputeSystem") + windows.faults().count("VmCompute.HcsStartComputeSystem");
    }

    /** Names of the directories of unpacked layers. */
    List<String> unpackedLayers() throws IOException {
        return names(root().resolve("layers")).stream()
                .map(name -> name.substring(name.indexOf('/') + 1))
                .filter(name -> name.matches("[0-9a-f]{64}"))
                .sorted()
                .toList();
    }

    /** What is left that should not be: in Windows, and files that belong to no finished build. */
    List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>(windows.problems());
        for (String directory : List.of("builds", "tmp", "leases", "incoming")) {
            left.addAll(names(root().resolve(directory)));
        }
        for (String name : names(root().resolve("layers"))) {
            if (name.matches("layers/(scratch|temp|rm)-.*")) {
                left.add(name);
            }
        }
        return left;
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> directory.getFileName() + "/" + file.getFileName()).toList();
        }
    }

    /** Every file of the store and the test's directory that has these bytes in it. */
    List<String> filesWith(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder.getRoot().toPath())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(folder.getRoot().toPath().relativize(file).toString());
                }
            }
        }
        return found;
    }
}
