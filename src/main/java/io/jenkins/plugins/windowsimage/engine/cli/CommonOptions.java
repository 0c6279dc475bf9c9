package io.jenkins.plugins.windowsimage.engine.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What every command has. */
final class CommonOptions {
    @Option(names = "--root", paramLabel = "DIR", description = "Where images and layers are kept (default: WINDOWS_IMAGE_ROOT, or the user's data folder).")
    private Path root;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    /** Directory of the store; null for the default. */
    Path root() {
        return root;
    }

    PrintStream out() {
        return System.out;
    }

    PrintStream err() {
        return System.err;
    }
}
