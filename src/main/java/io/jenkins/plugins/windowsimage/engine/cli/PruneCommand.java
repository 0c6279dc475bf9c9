package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.RunPruner;
import io.jenkins.plugins.windowsimage.engine.store.PruneOptions;
import io.jenkins.plugins.windowsimage.engine.store.PruneReport;
import io.jenkins.plugins.windowsimage.engine.store.Pruner;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code windows-image prune}. */
@Command(
        name = "prune",
        description = "Remove what no name needs: cached steps, images without a name, blobs, unpacked layers, caches of RUN mounts. Never what a running build uses.",
        sortOptions = false)
final class PruneCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Mixin
    private EngineOptions options;

    @Option(names = "--older-than", paramLabel = "DURATION", description = "Only what was not used for so long, such as 12h or 7d.")
    private String olderThan;

    @Option(names = "--keep-storage", paramLabel = "SIZE", description = "Stop when the store is no larger than this, such as 20g.")
    private String keepStorage;

    @Option(names = {"-a", "--all"}, description = "Also images with a name.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only say what would go.")
    private boolean dryRun;

    @Option(names = "--format", paramLabel = "table|json", defaultValue = "table", description = "Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Override
    public Integer call() throws IOException {
        PruneOptions what;
        try {
            what = new PruneOptions(
                    olderThan == null ? null : Durations.parse(olderThan),
                    keepStorage == null ? 0 : Sizes.parse(keepStorage),
                    all,
                    dryRun);
        } catch (IllegalArgumentException e) {
            throw Usage.error(e.getMessage());
        }
        PruneReport report;
        Machine machine = main.machine();
        try (Engine engine = options.open(machine.cancellation());
                RunHost runHost = machine.runHost(engine)) {
            if (!dryRun) {
                engine.sweep();
                runHost.sweep();
            }
            report = new RunPruner(engine, machine.layerCollector(engine.root().path()))
                    .prune(what, new Pruner(engine.root()).prune(what));
        }
        PrintStream out = options.common().out();
        if (format == OutputFormat.json) {
            out.println(OutputFormat.pretty(report));
            return 0;
        }
        for (PruneReport.Removed removed : report.removed()) {
            out.println((dryRun ? "Would remove " : "Removed ")
                    + removed.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " " + removed.name());
        }
        out.println((dryRun ? "Would free " : "Freed ") + Sizes.bytes(report.freedBytes()) + ", " + Sizes.bytes(report.remainingBytes())
                + " remain");
        return 0;
    }
}
