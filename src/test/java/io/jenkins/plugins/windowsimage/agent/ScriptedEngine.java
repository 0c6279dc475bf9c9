package io.jenkins.plugins.windowsimage.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stands in for the engine in tests of what is around it: does what the lines of the Dockerfile say and writes a result file.
 *
 * <ul>
 *   <li>{@code PRINT text}: prints it, after replacing {@code ${NAME}} from the environment
 *   <li>{@code WAIT file}: waits until the file exists in the context, after creating {@code file.waiting}
 *   <li>{@code ARGUMENTS}: prints the arguments
 *   <li>{@code RESULT file}: takes this file of the context as the result
 *   <li>{@code FAIL kind message}: ends with a failure
 *   <li>{@code FAILONCE kind message}: ends with a failure, but not the next time
 *   <li>{@code STUBBORN}: does not react to being stopped
 *   <li>{@code CRASH}: ends at once without a result
 *   <li>{@code LINES n}: prints so many lines
 * </ul>
 *
 * <p>Plain Java: it runs in a process of its own with nothing but the worker classes.
 */
public final class ScriptedEngine {
    public static final String DIGEST = "sha256:" + "ab".repeat(32);
    public static final String CONFIG_DIGEST = "sha256:" + "cd".repeat(32);

    private final List<String> arguments;
    private final Path context;

    private ScriptedEngine(List<String> arguments) {
        this.arguments = arguments;
        this.context = Path.of(arguments.get(arguments.size() - 1));
    }

    public static void main(String[] arguments) throws Exception {
        System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        ScriptedEngine engine = new ScriptedEngine(Arrays.asList(arguments));
        String command = arguments[0];
        System.exit(command.equals("build") ? engine.build() : engine.other(command));
    }

    private int other(String command) throws IOException {
        System.out.println("did " + String.join(" ", arguments));
        if (!command.equals("prune")) {
            writeResult("success", "");
        }
        return 0;
    }

    private int build() throws Exception {
        for (String line : Files.readAllLines(Path.of(option("--file").get(0)))) {
            String[] words = line.split(" ", 3);
            String rest = line.substring(Math.min(line.length(), words[0].length() + 1));
            switch (words[0]) {
                case "PRINT" -> System.out.println(expand(rest));
                case "LINES" -> printLines(Integer.parseInt(rest));
                case "ARGUMENTS" -> arguments.forEach(System.out::println);
                case "WAIT" -> await(rest);
                case "STUBBORN" -> Runtime.getRuntime().addShutdownHook(new Thread(ScriptedEngine::sleepLong));
                case "CRASH" -> Runtime.getRuntime().halt(77);
                case "RESULT" -> {
                    Files.copy(context.resolve(rest), resultFile(), StandardCopyOption.REPLACE_EXISTING);
                    return 0;
                }
                case "FAIL" -> {
                    return fail(words[1], expand(words[2]));
                }
                case "FAILONCE" -> {
                    Path mark = context.resolve("failed-once");
                    if (!Files.exists(mark)) {
                        Files.createFile(mark);
                        return fail(words[1], expand(words[2]));
                    }
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        if (arguments.contains("--push")) {
            option("--tag").forEach(tag -> System.out.println("Pushed " + tag + "@" + DIGEST));
        }
        writeResult("success", "");
        return 0;
    }

    private static void printLines(int count) {
        for (int i = 1; i <= count; i++) {
            System.out.println("line number " + i);
        }
    }

    private void await(String name) throws IOException, InterruptedException {
        Files.createFile(context.resolve(name + ".waiting"));
        while (!Files.exists(context.resolve(name))) {
            Thread.sleep(50);
        }
        System.out.println("seen " + name);
    }

    private static void sleepLong() {
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int fail(String kind, String message) throws IOException {
        System.out.println("ERROR: " + message);
        writeResult(
                "failure",
                ", \"error\": {\"kind\": \"" + kind + "\", \"message\": \"" + message
                        + "\", \"line\": 7, \"output\": [\"" + message + "\", \"last line\"]}");
        return kind.equals("push-failed") ? 3 : 1;
    }

    private void writeResult(String result, String error) throws IOException {
        String image = result.equals("success")
                ? ", \"digest\": \"" + DIGEST + "\", \"configDigest\": \"" + CONFIG_DIGEST + "\", \"pushed\": " + pushed()
                        + ", \"platform\": \"windows/amd64\", \"osVersion\": \"10.0.20348.2227\""
                        + ", \"layers\": [{\"digest\": \"" + DIGEST + "\", \"size\": 42, \"uncompressedSize\": 100, \"base\": true}]"
                        + ", \"baseImages\": [{\"reference\": \"base:1\", \"digest\": \"" + DIGEST + "\"}]"
                : "";
        String json = "{\"formatVersion\": 1, \"buildId\": \"" + String.format("%012x", System.nanoTime() & 0xffffffffffffL)
                + "\", \"result\": \"" + result + "\", \"tags\": " + list(option("--tag"))
                + ", \"totals\": {\"layers\": 1, \"size\": 42, \"steps\": 2, \"cachedSteps\": 1, \"durationMillis\": 5, \"uploadedBytes\": 0}"
                + image + error + "}";
        Files.writeString(resultFile(), json);
    }

    private String pushed() {
        List<String> all = new ArrayList<>();
        if (arguments.contains("--push") || arguments.get(0).equals("push")) {
            List<String> names = arguments.get(0).equals("push")
                    ? List.of(arguments.get(arguments.size() - 1))
                    : option("--tag");
            names.forEach(name -> all.add("{\"reference\": \"" + name + "\", \"digest\": \"" + DIGEST + "\"}"));
        }
        return all.toString();
    }

    private static String list(List<String> values) {
        return values.stream().map(value -> "\"" + value + "\"").toList().toString();
    }

    private Path resultFile() {
        return Path.of(option("--metadata-file").get(0));
    }

    private List<String> option(String name) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(name + "="))
                .map(argument -> argument.substring(name.length() + 1))
                .toList();
    }

    private static String expand(String text) {
        String expanded = text;
        for (var variable : System.getenv().entrySet()) {
            expanded = expanded.replace("${" + variable.getKey() + "}", variable.getValue());
        }
        return expanded;
    }
}
