package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ShellWords;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Suggestion;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Variables;
import io.jenkins.plugins.windowsimage.engine.image.ContainerConfig;
import io.jenkins.plugins.windowsimage.engine.image.History;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a stage stands between two instructions. Not thread-safe. */
final class StageState {
    static final String LINUX_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    static final String WINDOWS_PATH = "C:\\Windows\\System32;C:\\Windows;C:\\Windows\\System32\\Wbem;"
            + "C:\\Windows\\System32\\WindowsPowerShell\\v1.0";
    private static final String HISTORY_COMMENT = "buildkit.dockerfile.v0";
    private static final List<String> WINDOWS_SHELL = List.of("cmd", "/S", "/C");
    private static final List<String> LINUX_SHELL = List.of("/bin/sh", "-c");
    /** Declared like arguments, but BuildKit keeps them out of the environment. */
    private static final Set<String> NOT_VARIABLES = Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");

    final Platform platform;
    final ImagePaths paths;
    final ContainerConfig.Builder config;
    final VariableTable env;
    final List<Step> steps = new ArrayList<>();
    final StepNames names;
    private final ImageConfig start;
    private final ShellWords words;
    private final Lints lints;
    private final Optional<String> machinePath;
    private final VariableTable args;
    private final Set<String> declaredArgs = new LinkedHashSet<>();
    private final List<History> history;

    String workingDirectory = "/";
    boolean workdirSet;
    String user;
    List<String> shell;
    String author;
    Source cmd;
    Source entrypoint;
    Source healthcheck;
    /** The instruction at work is one of an ONBUILD of the base. */
    boolean trigger;

    /**
     * @param start the config of what the stage starts from
     * @param parent the stage it starts from; null for none
     * @param machinePath of the base image
     */
    StageState(
            ImageConfig start,
            Platform platform,
            StageState parent,
            Optional<String> machinePath,
            StepNames names,
            ShellWords words,
            Lints lints) {
        this.start = start;
        this.platform = platform;
        this.names = names;
        this.words = words;
        this.lints = lints;
        this.machinePath = machinePath;
        boolean windows = platform.os().equals("windows");
        this.paths = new ImagePaths(windows);
        ContainerConfig inherited = start.config();
        this.config = inherited.toBuilder().clearOnBuild();
        this.env = new VariableTable(windows);
        if (inherited.env() != null) {
            env.setAll(inherited.env());
        }
        if (!windows && !env.contains("PATH")) {
            env.set("PATH", LINUX_PATH);
        }
        this.args = parent == null ? new VariableTable(windows) : new VariableTable(parent.args);
        this.user = inherited.user() == null || inherited.user().isEmpty() ? null : inherited.user();
        this.shell = inherited.shell();
        this.author = start.author();
        this.history = new ArrayList<>(start.history() == null ? List.of() : start.history());
        if (parent != null) {
            declaredArgs.addAll(parent.declaredArgs);
            workdirSet = parent.workdirSet;
        }
    }

    boolean isWindows() {
        return paths.windows();
    }

    /** The PATH of the machine that the base image has in its registry. */
    Optional<String> machinePath() {
        return machinePath;
    }

    /** The shell of the shell form. */
    List<String> shellInForce() {
        if (shell != null && !shell.isEmpty()) {
            return shell;
        }
        return start.os().equals("windows") ? WINDOWS_SHELL : LINUX_SHELL;
    }

    boolean hasShell() {
        return shell != null && !shell.isEmpty();
    }

    /** Declares an argument. ENV of the same name wins over it. */
    void declare(String name, String value) {
        declaredArgs.add(name);
        if (value != null && !NOT_VARIABLES.contains(name)) {
            args.set(name, value);
        }
    }

    /** What the variable is, without regard to the machine's own. */
    Optional<String> lookUp(String name) {
        Optional<String> value = env.get(name);
        return value.isPresent() ? value : args.get(name);
    }

    /** The environment of a command: the image's variables, then the arguments that they do not hide. */
    Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>();
        env.entries().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        args.entries().stream()
                .filter(entry -> !env.contains(entry.getKey()))
                .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        return all;
    }

    /** Expands a word of an instruction and reports variables that nothing sets. */
    ShellWords.Result expand(Source source, String word) throws ExpansionException {
        return expand(words, source, word);
    }

    ShellWords.Result expand(ShellWords rules, Source source, String word) throws ExpansionException {
        Variables variables = name -> {
            Optional<String> value = lookUp(name);
            return value.isPresent() || !isWindows() || !name.equalsIgnoreCase("PATH")
                    ? value
                    : Optional.of(pathOfMachine(source));
        };
        try {
            ShellWords.Result result = rules.expand(word, variables);
            reportUndefined(source, result.missing());
            return result;
        } catch (ExpansionException e) {
            reportUndefined(source, e.missing());
            throw e;
        }
    }

    private String pathOfMachine(Source source) {
        lints.report(
                LintRule.MACHINE_PATH,
                source,
                "The base image states no PATH; "
                        + (machinePath.isPresent()
                                ? "$PATH is that of the image's registry"
                                : "$PATH is taken to be Windows' default, " + WINDOWS_PATH));
        return machinePath.orElse(WINDOWS_PATH);
    }

    private void reportUndefined(Source source, Set<String> missing) {
        for (String name : missing) {
            if (declaredArgs.contains(name) || NOT_VARIABLES.contains(name)) {
                continue;
            }
            List<String> known = new ArrayList<>(environment().keySet());
            Optional<String> nearest = Suggestion.nearest(name, known);
            lints.report(
                    LintRule.UNDEFINED_VAR,
                    source,
                    "Usage of undefined variable '$" + name + "'"
                            + nearest.map(other -> " (did you mean $" + other + "?)").orElse(""));
        }
    }

    /** The text for progress: variables expanded as far as they are known. */
    String shown(ShellWords rules, String text, Map<String, String> masks) {
        String expanded;
        try {
            expanded = rules.expand(text, name -> Optional.ofNullable(masks.get(name)).or(() -> lookUp(name))).text();
        } catch (ExpansionException e) {
            expanded = text;
        }
        int end = expanded.indexOf(' ');
        return end < 0
                ? expanded.toUpperCase(java.util.Locale.ROOT)
                : expanded.substring(0, end).toUpperCase(java.util.Locale.ROOT) + expanded.substring(end);
    }

    ShellWords words() {
        return words;
    }

    /** What an instruction says that makes no layer. */
    StepInfo metadata(Instruction instruction, String createdBy) {
        return info(instruction, instruction.source().text(), createdBy, false);
    }

    /** Adds the line of an instruction to the history; none when {@code createdBy} is null. */
    StepInfo info(Instruction instruction, String displayName, String createdBy, boolean layer) {
        History line = createdBy == null
                ? null
                : new History(null, createdBy, null, HISTORY_COMMENT, layer ? null : Boolean.TRUE);
        if (line != null) {
            history.add(line);
        }
        Source source = instruction.source();
        return new StepInfo(
                source.line(), source.endLine(), instruction.name(), source.text(), displayName, trigger, line);
    }

    /** A command as in the history: {@code |2 A=1 B=} in front of it tells the arguments that it could see. */
    String inHistory(List<String> argv) {
        List<String> words = new ArrayList<>();
        if (!declaredArgs.isEmpty()) {
            words.add("|" + declaredArgs.size());
        }
        for (String name : declaredArgs) {
            words.add(name + "=" + lookUp(name).orElse(""));
        }
        words.addAll(argv);
        return String.join(" ", words);
    }

    /** The image as it is now; its layers are those it started with. */
    ImageConfig image() {
        List<String> lines = env.entries().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        return new ImageConfig(
                null,
                author,
                start.architecture(),
                start.os(),
                start.osVersion(),
                start.osFeatures(),
                start.variant(),
                config.env(lines).build(),
                start.rootfs(),
                history);
    }
}
