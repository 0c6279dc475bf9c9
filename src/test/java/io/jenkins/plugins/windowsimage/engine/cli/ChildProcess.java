package io.jenkins.plugins.windowsimage.engine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The command line in a process of its own, for what is a matter of processes: environment, signals, several at once. */
final class ChildProcess {
    private final Process process;
    private final CompletableFuture<String> out;
    private final CompletableFuture<String> err;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
        this.err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    }

    /**
     * Starts a command.
     *
     * @param environment added to the environment of this process
     * @param directory to run in; null for that of this process
     */
    static ChildProcess start(Map<String, String> environment, Path directory, Object... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx144m", "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        Arrays.stream(arguments).map(String::valueOf).forEach(words::add);
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory == null ? null : directory.toFile());
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    Process process() {
        return process;
    }

    /** Waits for the end. */
    CommandLineRun end() throws InterruptedException {
        int code = process.waitFor();
        try {
            return new CommandLineRun(code, out.get(), err.get());
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
