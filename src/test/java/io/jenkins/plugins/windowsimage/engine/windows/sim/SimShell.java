package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The command language of simulated containers. A command line is {@code cmd /S /C "a && b"} or one command by itself; words are
 * separated by blanks, the last argument of write, append, echo takes the rest. The commands:
 *
 * <pre>
 * write PATH TEXT      makes or replaces a file            append PATH TEXT     adds to a file
 * delete PATH          deletes a file or tree              mkdir PATH           makes a directory with its parents
 * type PATH            prints a file                       require PATH         exit code 1 unless it exists
 * setreg KEY NAME TEXT sets a registry value               echo TEXT, echoerr TEXT
 * ver                  prints the version of Windows
 * print N              prints N bytes to both pipes        env NAME, cwd, whoami, network
 * exit N               ends with an exit code              sleep MILLISECONDS
 * wait                 until it is killed                  read-input           until standard input ends
 * await FILE           until this file of the real machine exists, after making FILE.waiting
 * FILE.cmd             runs the lines of a batch file
 * arguments ...        prints its words as CommandLineToArgvW tells them, one a line
 * linger               leaves a child that holds the pipes until the container ends
 * chatter              leaves a child that prints until the container ends
 * </pre>
 */
final class SimShell {
    private static final List<String> PROGRAMS = List.of("write", "append", "delete", "mkdir", "type", "require", "setreg",
            "await", "echo", "echoerr", "print", "env", "cwd", "whoami", "network", "exit", "sleep", "wait", "read-input", "linger",
            "chatter", "arguments");
    private static final Pattern SHELL = Pattern.compile("(?is)cmd(?:\\.exe)?\\s+(?:/[sd]\\s+)*/c\\s+(.*)");
    private static final Pattern MAKE_UNLESS_THERE =
            Pattern.compile("if exist \"([^\"]*)\" \\(exit 1\\) else mkdir \"([^\"]*)\"");

    private final SimProcess process;

    SimShell(SimProcess process) {
        this.process = process;
    }

    /** Whether Windows can start this command line at all. */
    static boolean canStart(String commandLine) {
        return SHELL.matcher(commandLine.strip()).matches() || PROGRAMS.contains(firstWord(commandLine.strip()));
    }

    private static String firstWord(String text) {
        int end = text.indexOf(' ');
        return (end < 0 ? text : text.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    int run() throws InterruptedException, IOException {
        String text = process.commandLine.strip();
        Matcher shell = SHELL.matcher(text);
        if (!shell.matches()) {
            return runOne(text);
        }
        text = shell.group(1).strip();
        if (text.startsWith("\"") && text.endsWith("\"") && text.length() > 1) {
            text = text.substring(1, text.length() - 1);
        }
        Matcher make = MAKE_UNLESS_THERE.matcher(text);
        if (make.matches()) {
            return makeUnlessThere(make.group(2));
        }
        if (text.toLowerCase(Locale.ROOT).endsWith(".cmd")) {
            return runBatch(text);
        }
        return runLine(text);
    }

    /** A batch file: every line is run, and the last one's exit code counts. */
    private int runBatch(String file) throws InterruptedException, IOException {
        int code = 0;
        try {
            for (String line : Files.readAllLines(find(file, false))) {
                if (!line.isBlank() && !line.equals("@echo off")) {
                    code = runLine(line);
                }
            }
        } catch (SimPaths.Denied e) {
            return 5;
        }
        return code;
    }

    private int runLine(String text) throws InterruptedException, IOException {
        for (String command : text.split("\\s+&&\\s+")) {
            int code = runOne(command.strip());
            if (code != 0) {
                return code;
            }
        }
        return 0;
    }

    private int makeUnlessThere(String directory) throws IOException {
        try {
            Path path = find(directory, true);
            if (Files.isDirectory(path)) {
                return 1;
            }
            Files.createDirectories(path);
            return 0;
        } catch (SimPaths.Denied e) {
            return 1;
        }
    }

    private int runOne(String command) throws InterruptedException, IOException {
        String[] words = command.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        try {
            return run(words[0].toLowerCase(Locale.ROOT), rest);
        } catch (SimPaths.Denied e) {
            print(true, e.getMessage() + "\r\n");
            return 5;
        }
    }

    private int run(String name, String rest) throws InterruptedException, IOException, SimPaths.Denied {
        return switch (name) {
            case "write" -> write(rest, StandardOpenOption.TRUNCATE_EXISTING);
            case "append" -> write(rest, StandardOpenOption.APPEND);
            case "delete" -> delete(rest);
            case "mkdir" -> makeDirectory(rest);
            case "type" -> type(rest);
            case "require" -> Files.exists(find(rest, false)) ? 0 : 1;
            case "setreg" -> setRegistryValue(rest);
            case "echo" -> print(false, rest + "\r\n");
            case "echoerr" -> print(true, rest + "\r\n");
            case "print" -> print(Integer.parseInt(rest));
            case "env" -> print(false, environment(rest) + "\r\n");
            case "cwd" -> print(false, process.workingDirectory + "\r\n");
            case "whoami" -> print(false, (process.user == null ? "default" : process.user) + "\r\n");
            case "network" -> network();
            case "ver" -> print(false, "\r\nMicrosoft Windows [Version 10.0.20348.2227]\r\n");
            case "exit" -> (int) Long.parseLong(rest);
            case "sleep" -> sleep(Long.parseLong(rest));
            case "wait" -> await(() -> false);
            case "await" -> awaitFile(Path.of(rest));
            case "read-input" -> await(() -> process.inputClosed);
            case "linger" -> leaveChild(false);
            case "chatter" -> leaveChild(true);
            case "arguments" -> print(false, String.join("\r\n", words(rest)) + "\r\n");
            default -> {
                print(true, "'" + name + "' is not recognized as an internal or external command.\r\n");
                yield 9009;
            }
        };
    }

    /** Splits by the documented rules: backslashes count in front of a quote only, where two of them are one. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (!quoted && (c == ' ' || c == '\t')) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            int end = i;
            while (end < line.length() && line.charAt(end) == '\\') {
                end++;
            }
            boolean quote = end < line.length() && line.charAt(end) == '"';
            int backslashes = end - i;
            if (!quote) {
                word.append("\\".repeat(backslashes)).append(backslashes == 0 ? String.valueOf(c) : "");
                i = backslashes == 0 ? i : end - 1;
            } else {
                word.append("\\".repeat(backslashes / 2));
                if (backslashes % 2 == 1) {
                    word.append('"');
                } else {
                    quoted = !quoted;
                }
                i = end;
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    private Path find(String path, boolean write) throws SimPaths.Denied, IOException {
        return process.system.paths.find(path.replace("\"", ""), process.workingDirectory, write);
    }

    private int write(String rest, StandardOpenOption mode) throws IOException, SimPaths.Denied, InterruptedException {
        String[] words = rest.split("\\s+", 2);
        Path path = find(words[0], true);
        if (!Files.isDirectory(path.getParent())) {
            print(true, "The system cannot find the path specified.\r\n");
            return 1;
        }
        Files.writeString(path, words.length > 1 ? words[1] : "", StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
        return 0;
    }

    private int delete(String rest) throws IOException, SimPaths.Denied, InterruptedException {
        Path path = find(rest, true);
        if (!Files.exists(path)) {
            print(true, "Could not find " + rest + "\r\n");
            return 1;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        return 0;
    }

    private int makeDirectory(String rest) throws IOException, SimPaths.Denied {
        Files.createDirectories(find(rest, true));
        return 0;
    }

    private int type(String rest) throws IOException, SimPaths.Denied, InterruptedException {
        Path path = find(rest, false);
        if (!Files.isRegularFile(path)) {
            print(true, "The system cannot find the file specified.\r\n");
            return 1;
        }
        return print(false, Files.readString(path));
    }

    private int setRegistryValue(String rest) {
        String[] words = rest.split("\\s+", 3);
        synchronized (process.lock) {
            process.system.registry.put(words[0] + "\\" + words[1], words.length > 2 ? words[2] : "");
        }
        return 0;
    }

    private String environment(String name) {
        return process.environment.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .map(java.util.Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private int network() throws InterruptedException {
        if (process.system.networkAddresses.isEmpty()) {
            print(true, "no network\r\n");
            return 1;
        }
        return print(false, String.join(",", process.system.networkAddresses) + "\r\n");
    }

    private int print(int count) throws InterruptedException {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) 'x');
        synchronized (process.lock) {
            process.output.write(bytes);
            process.error.write(bytes);
        }
        return 0;
    }

    private int print(boolean error, String text) throws InterruptedException {
        synchronized (process.lock) {
            (error ? process.error : process.output).write(text.getBytes(StandardCharsets.UTF_8));
        }
        return 0;
    }

    private int sleep(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        return await(() -> System.nanoTime() - end >= 0);
    }

    private int awaitFile(Path file) throws IOException, InterruptedException {
        Files.createFile(file.resolveSibling(file.getFileName() + ".waiting"));
        return await(() -> Files.exists(file));
    }

    private int await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        synchronized (process.lock) {
            while (!condition.getAsBoolean() && !process.exited) {
                process.lock.wait(5);
            }
        }
        return 0;
    }

    private int leaveChild(boolean talkative) {
        SimProcess parent = process;
        synchronized (parent.lock) {
            parent.output.addWriter();
            parent.error.addWriter();
        }
        Thread child = new Thread(() -> {
            byte[] line = "still here\r\n".getBytes(StandardCharsets.UTF_8);
            synchronized (parent.lock) {
                try {
                    while (parent.system.state != SimSystem.State.STOPPED) {
                        if (talkative) {
                            parent.output.write(line);
                        }
                        parent.lock.wait(1);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                parent.output.removeWriter();
                parent.error.removeWriter();
            }
        }, "sim-child-of-" + parent.id);
        child.setDaemon(true);
        child.start();
        return 0;
    }
}
