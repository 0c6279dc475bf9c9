package io.jenkins.plugins.windowsimage.agent.worker;

import io.jenkins.plugins.windowsimage.engine.SecretMask;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small process beside the engine's: starts it, gives signs of life, passes on what it prints with secrets masked, stops it
 * when asked, and writes its exit code last. Being a process of its own, it sees the engine's end whatever the end is.
 */
public final class Supervisor {
    /** Values that must not be seen in the log or the result, as {@link SecretMask#format} writes them. */
    public static final String MASKED_VARIABLE = "WINDOWS_IMAGE_MASKED";

    private static final long BEAT_MILLIS = 1000;
    /** How long the engine may clean up after it was asked to stop, in seconds; by itself it takes less than two. */
    private static final long PATIENCE_SECONDS = 3;
    /** How long the end of a cancelled build may wait for somebody to read it, in seconds. */
    private static final long UNREAD_SECONDS = 60;
    /** How long its output may stay open after its end, held by a process that it has left, in milliseconds. */
    private static final long OUTPUT_MILLIS = 3000;
    private static final int NATIVE_ACCESS_VERSION = 22;

    private final Path directory;
    private final ControlDirectory control;
    private final SecretMask mask;

    private Supervisor(Path directory, SecretMask mask) {
        this.directory = directory;
        this.control = new ControlDirectory(directory);
        this.mask = mask;
    }

    /** @param arguments the control directory */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        new Supervisor(directory, SecretMask.parse(System.getenv(MASKED_VARIABLE))).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        control.writeHeartbeat(ProcessHandle.current());
        int code = ControlDirectory.UNKNOWN_EXIT;
        try (OutputStream log =
                Files.newOutputStream(control.log(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            Process engine = start();
            Thread output = new Thread(() -> copyOutput(engine, log), "output");
            output.setDaemon(true);
            output.start();
            code = await(engine);
            output.join(OUTPUT_MILLIS);
            maskFile(control.result());
        } catch (IOException e) {
            Files.writeString(
                    control.log(),
                    "ERROR: the engine cannot be started: " + e.getMessage() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } finally {
            if (Files.isDirectory(directory)) {
                control.writeExit(code);
            }
        }
        if (control.isCancelRequested()) {
            cleanUp();
        }
    }

    /** Who asked for the stop may not wait for its end; then nobody else removes the control directory. */
    private void cleanUp() throws IOException, InterruptedException {
        for (long second = 0; second < UNREAD_SECONDS && Files.isDirectory(directory); second++) {
            Thread.sleep(BEAT_MILLIS);
        }
        if (Files.isDirectory(directory)) {
            control.delete();
        }
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xss512k",
                "-Xmx144m",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                // As cli/windows-image: the second compiler costs short builds more than it gives.
                "-XX:Tier4InvocationThreshold=150000",
                "-XX:Tier4MinInvocationThreshold=18000",
                "-XX:Tier4CompileThreshold=450000",
                "-XX:Tier4BackEdgeThreshold=1200000"));
        if (Runtime.version().feature() >= NATIVE_ACCESS_VERSION) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), EngineProcess.class.getName(), directory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove(MASKED_VARIABLE);
        return builder.start();
    }

    /** Waits for the engine's end, giving a sign of life every second. */
    private int await(Process engine) throws IOException, InterruptedException {
        boolean stopping = false;
        while (!engine.waitFor(BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
            if (control.isCancelRequested() && !stopping) {
                stopping = true;
                stop(engine);
            } else if (Files.isDirectory(directory)) {
                control.touchHeartbeat();
            }
        }
        return engine.exitValue();
    }

    private void stop(Process engine) throws IOException, InterruptedException {
        engine.getOutputStream().close();
        for (long second = 0; second < PATIENCE_SECONDS; second++) {
            if (engine.waitFor(BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            if (Files.isDirectory(directory)) {
                control.touchHeartbeat();
            }
        }
        engine.descendants().forEach(ProcessHandle::destroyForcibly);
        engine.destroyForcibly();
    }

    private void copyOutput(Process engine, OutputStream log) {
        try {
            mask.copy(engine.getInputStream(), log);
        } catch (IOException e) {
            // The log cannot be written, or a left process still held the pipe; the exit code and the result tell the rest.
        }
    }

    private void maskFile(Path file) throws IOException {
        if (!mask.isEmpty() && Files.exists(file)) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            String masked = mask.applyToJson(text);
            if (!masked.equals(text)) {
                ControlDirectory.writeWhole(file, masked);
            }
        }
    }
}
