package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.plan.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The lines of a heredoc for cmd, which carries out one line of its command line only: they are run as a batch file. Its exit code is that
 * of the last command, as with other shells.
 *
 * @param shell the command line as far as the lines
 * @param lines as in the Dockerfile
 */
record BatchScript(String shell, String lines) {
    /** Where the command finds the file. */
    static final String DIRECTORY = "C:\\run\\script";

    private static final String NAME = "run.cmd";

    /** The script of a step; empty for one that needs none. */
    static Optional<BatchScript> of(Step.Run step) {
        List<String> args = step.args();
        String text = args.isEmpty() ? "" : args.get(args.size() - 1);
        boolean heredoc = step.shellForm() && step.heredocs().size() == 1 && text.equals(step.heredocs().get(0).text());
        return heredoc && isCmd(step.shell().get(0))
                ? Optional.of(new BatchScript(step.commandLine().substring(0, step.commandLine().length() - text.length()), text))
                : Optional.empty();
    }

    private static boolean isCmd(String program) {
        String name = program.substring(program.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT);
        return name.equals("cmd") || name.equals("cmd.exe");
    }

    String commandLine() {
        return shell + DIRECTORY + "\\" + NAME;
    }

    void writeInto(Path directory) throws IOException {
        boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(lines);
        String header = "@echo off\r\n" + (ascii ? "" : "chcp 65001 >nul\r\n");
        Files.writeString(directory.resolve(NAME), header + lines.replace("\r\n", "\n").replace("\n", "\r\n"));
    }
}
