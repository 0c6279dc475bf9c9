package io.jenkins.plugins.windowsimage.agent.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory through which Jenkins and an engine process on an agent speak with each other:
 *
 * <ul>
 *   <li>{@code arguments}: main class and arguments of the engine, each ended by a NUL; written before the start, no secrets
 *   <li>{@code log}: what the engine prints, secrets masked
 *   <li>{@code heartbeat}: process id and start time of the {@link Supervisor}; touched every second
 *   <li>{@code events.jsonl}, {@code result.json}: written by the engine (docs/result-format.md)
 *   <li>{@code exit}: exit code of the engine; written last, whole and at once
 *   <li>{@code cancel}: written by Jenkins to have the engine stopped
 * </ul>
 *
 * <p>Thread-safe; times are compared by the clock of the agent only.
 */
public final class ControlDirectory {
    /** What the engine ended with when nobody could see how. */
    public static final int UNKNOWN_EXIT = -1;

    private final Path directory;

    public ControlDirectory(Path directory) {
        this.directory = directory;
    }

    public Path log() {
        return directory.resolve("log");
    }

    public Path events() {
        return directory.resolve("events.jsonl");
    }

    public Path result() {
        return directory.resolve("result.json");
    }

    private Path heartbeat() {
        return directory.resolve("heartbeat");
    }

    private Path exit() {
        return directory.resolve("exit");
    }

    private Path cancel() {
        return directory.resolve("cancel");
    }

    private Path arguments() {
        return directory.resolve("arguments");
    }

    /** Makes the directory ready for a start: the arguments and a first heartbeat, which a process that never comes up lets grow old. */
    public void prepare(List<String> arguments) throws IOException {
        Files.createDirectories(directory);
        StringBuilder text = new StringBuilder();
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument has a NUL character in it");
            }
            text.append(argument).append('\0');
        }
        writeWhole(arguments(), text.toString());
        writeWhole(heartbeat(), "");
    }

    List<String> readArguments() throws IOException {
        List<String> arguments = new ArrayList<>();
        String text = Files.readString(arguments());
        int start = 0;
        for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', start)) {
            arguments.add(text.substring(start, end));
            start = end + 1;
        }
        return arguments;
    }

    /** Tells who watches the engine, as a first sign of life. */
    void writeHeartbeat(ProcessHandle process) throws IOException {
        writeWhole(heartbeat(), process.pid() + " " + startMillis(process));
    }

    /** A further sign of life. */
    void touchHeartbeat() throws IOException {
        Files.setLastModifiedTime(heartbeat(), FileTime.fromMillis(System.currentTimeMillis()));
    }

    /** Age of the last sign of life in milliseconds. */
    public long heartbeatAge() throws IOException {
        return System.currentTimeMillis() - Files.getLastModifiedTime(heartbeat()).toMillis();
    }

    /** Whether the process that wrote the heartbeat can be seen to be alive from here; from within another container it cannot. */
    public boolean isProcessVisible() throws IOException {
        String[] words = Files.readString(heartbeat()).trim().split(" ");
        if (words.length != 2) {
            return false;
        }
        try {
            long start = Long.parseLong(words[1]);
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> process.isAlive() && startMillis(process) == start)
                    .isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
    }

    /** Asks for the engine to be stopped. */
    public void requestCancel() throws IOException {
        writeWhole(cancel(), "");
    }

    /** Whether the engine is to be stopped: it was asked for, or the whole directory was taken away. */
    boolean isCancelRequested() {
        return Files.exists(cancel()) || !Files.isDirectory(directory);
    }

    void writeExit(int code) throws IOException {
        writeWhole(exit(), Integer.toString(code));
    }

    /** The exit code once the engine has ended. */
    public Optional<Integer> readExit() throws IOException {
        try {
            return Optional.of(Integer.parseInt(Files.readString(exit()).trim()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.of(UNKNOWN_EXIT);
        }
    }

    /** Removes the directory; nothing in it is a directory itself. */
    void delete() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    /** Readers see the whole content or no file. */
    static void writeWhole(Path file, String content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, content.getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
