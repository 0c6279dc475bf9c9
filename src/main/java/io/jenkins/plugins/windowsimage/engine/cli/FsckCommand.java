package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.store.Fsck;
import io.jenkins.plugins.windowsimage.engine.store.FsckFinding;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code windows-image fsck}. */
@Command(name = "fsck", description = "Check the store: every digest, and that everything named is there.", sortOptions = false)
final class FsckCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Option(names = "--repair", description = "Put right what can be put right; damaged blobs move to quarantine.")
    private boolean repair;

    @Option(names = "--format", paramLabel = "table|json", defaultValue = "table", description = "Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Override
    public Integer call() throws IOException {
        List<FsckFinding> findings;
        try (Engine engine = options.open()) {
            findings = repair
                    ? Fsck.repair(engine.root(), engine.release(), engine.cancellation())
                    : Fsck.check(engine.root(), engine.cancellation());
        }
        PrintStream out = options.common().out();
        if (format == OutputFormat.json) {
            out.println(OutputFormat.pretty(findings));
        } else {
            findings.forEach(finding -> out.println(finding.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " "
                    + finding.subject() + ": " + finding.detail() + (finding.repaired() ? " (repaired)" : "")));
            out.println(findings.isEmpty() ? "The store is in order" : findings.size() + " findings");
        }
        // What a killed process left is harmless: the next build removes it.
        return findings.stream().allMatch(finding -> finding.repaired() || finding.kind() == FsckFinding.Kind.LEFTOVER) ? 0 : 1;
    }
}
