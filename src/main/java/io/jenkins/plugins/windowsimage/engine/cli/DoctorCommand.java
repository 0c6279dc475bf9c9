package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.TrialRun;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import io.jenkins.plugins.windowsimage.engine.windows.machine.Probe;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code windows-image doctor}. */
@Command(name = "doctor", description = "Tell what this machine can do, and what to do about the rest.", sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    private static final long LITTLE_SPACE = 10_000_000_000L;

    @ParentCommand
    private Main main;

    @Mixin
    private EngineOptions options;

    @Option(names = "--deep", description = "Pull nanoserver and run a command on it, with each isolation.")
    private boolean deep;

    @Option(names = "--image", paramLabel = "NAME", description = "Run --deep on this image instead.")
    private String image;

    @Option(names = "--format", paramLabel = "table|json", defaultValue = "table", description = "Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Override
    public Integer call() throws IOException {
        List<Probe> probes = new ArrayList<>();
        probes.add(java());
        Path root = store(probes);
        if (root != null) {
            probes.addAll(probes(root));
        }
        boolean builds = probes.subList(0, Math.min(probes.size(), 3)).stream().noneMatch(DoctorCommand::fails);
        boolean runs = builds && probes.stream().noneMatch(DoctorCommand::fails);
        PrintStream out = options.common().out();
        if (format == OutputFormat.json) {
            out.println(OutputFormat.pretty(new Report(builds, runs, probes)));
        } else {
            for (Probe probe : probes) {
                out.println(String.format(Locale.ROOT, "%-5s %s: %s", probe.status(), probe.name(), probe.reason()));
                if (probe.remedy() != null) {
                    out.println("      " + probe.remedy());
                }
            }
            out.println(runs ? "This machine can build every Dockerfile for Windows"
                    : builds ? "This machine can build Dockerfiles without RUN" : "This machine cannot build");
        }
        return builds ? 0 : 4;
    }

    private List<Probe> probes(Path root) throws IOException {
        Machine machine = main.machine();
        Optional<WindowsVersion> version = machine.windowsVersion().flatMap(WindowsVersion::parse);
        if (!deep || version.isEmpty()) {
            return machine.probes(root, null);
        }
        try (Engine engine = options.open(machine.cancellation());
                RunHost runHost = machine.runHost(engine)) {
            ImageReference name = Usage.reference(image == null ? nanoserver(version.get()) : image);
            TrialRun trial = new TrialRun(engine, runHost, name, version.get().toString());
            return machine.probes(root, isolation -> trial.run("cmd /c ver", isolation));
        }
    }

    /** The newest nano server that a host can run. */
    static String nanoserver(WindowsVersion host) {
        String tag = host.build() >= WindowsVersion.SERVER_2025 ? "ltsc2025"
                : host.build() >= WindowsVersion.SERVER_2022 ? "ltsc2022" : "1809";
        return "mcr.microsoft.com/windows/nanoserver:" + tag;
    }

    private static boolean fails(Probe probe) {
        return probe.status() == Probe.Status.FAIL;
    }

    private static Probe java() {
        return new Probe("java", Probe.Status.OK,
                System.getProperty("java.vm.name") + " " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                        + " processors", null);
    }

    /** The storage root; null if it cannot be used. */
    private Path store(List<Probe> probes) throws IOException {
        StorageRoot root;
        try {
            root = options.root();
        } catch (EngineException e) {
            probes.add(new Probe("storage root", Probe.Status.FAIL, e.getMessage(), e.hint()));
            return null;
        }
        probes.add(new Probe("storage root", Probe.Status.OK, root.path() + " can be written", null));
        FileStore disk = Files.getFileStore(root.path());
        long free = disk.getUsableSpace();
        probes.add(free >= LITTLE_SPACE
                ? new Probe("disk space", Probe.Status.OK, Sizes.bytes(free) + " free", null)
                : new Probe("disk space", Probe.Status.WARN, "only " + Sizes.bytes(free) + " free",
                        "run windows-image prune, or put the storage root on another disk with WINDOWS_IMAGE_ROOT"));
        return root.path();
    }

    /**
     * What {@code --format json} prints.
     *
     * @param builds whether Dockerfiles without RUN can be built
     * @param runs whether those with RUN can be built too
     */
    record Report(boolean builds, boolean runs, List<Probe> probes) {}
}
