package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoDuration;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.KeyValue;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.image.Healthcheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Carries out the instructions of one stage on its state. Not thread-safe. */
final class StageEvaluator {
    private final StageGraph graph;
    private final StageNode node;
    private final StageState state;
    private final Lints lints;
    private final CopyPlanner copies;
    private final RunPlanner runs;
    private final VariableChecks checks;

    StageEvaluator(StageGraph graph, StageNode node, StageState state, VariableChecks checks) {
        this.graph = graph;
        this.node = node;
        this.state = state;
        this.lints = graph.lints();
        this.checks = checks;
        this.copies = new CopyPlanner(state, graph.options().ignore(), lints);
        this.runs = new RunPlanner(state, graph.origins(), node, graph.options().buildArgs());
    }

    Step evaluate(Instruction instruction) throws InstructionException, ExpansionException {
        if (instruction instanceof Instruction.Run run) {
            checks.checkRun(run);
            return runs.plan(run);
        } else if (instruction instanceof Instruction.Copy copy) {
            return copies.plan(copy, origin(copy));
        } else if (instruction instanceof Instruction.Add add) {
            return copies.plan(add);
        } else if (instruction instanceof Instruction.Workdir workdir) {
            return workdir(workdir);
        } else if (instruction instanceof Instruction.Env env) {
            return env(env);
        } else if (instruction instanceof Instruction.Arg arg) {
            return arg(arg);
        } else if (instruction instanceof Instruction.Label label) {
            return label(label);
        } else if (instruction instanceof Instruction.Cmd cmd) {
            return cmd(cmd);
        } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
            return entrypoint(entrypoint);
        } else if (instruction instanceof Instruction.Expose expose) {
            return expose(expose);
        } else if (instruction instanceof Instruction.User user) {
            return user(user);
        } else if (instruction instanceof Instruction.Volume volume) {
            return volume(volume);
        } else if (instruction instanceof Instruction.StopSignal signal) {
            return stopSignal(signal);
        } else if (instruction instanceof Instruction.HealthCheck healthcheck) {
            return healthcheck(healthcheck);
        } else if (instruction instanceof Instruction.Shell shell) {
            return shell(shell);
        } else if (instruction instanceof Instruction.Maintainer maintainer) {
            return maintainer(maintainer);
        } else if (instruction instanceof Instruction.OnBuild onBuild) {
            return onBuild(onBuild);
        }
        throw new IllegalStateException("no rule for " + instruction.name());
    }

    private Step metadata(Instruction instruction, String createdBy, String key, Object value) {
        return new Step.Metadata(state.metadata(instruction, createdBy), Map.of(key, value));
    }

    private FileOrigin origin(Instruction.Copy copy) throws InstructionException {
        if (copy.from().isEmpty()) {
            return new FileOrigin.BuildContext();
        }
        try {
            FileOrigin origin = graph.origins().resolve(copy.from(), false);
            if (origin instanceof FileOrigin.Stage other && other.index() >= node.stage().index()) {
                throw new InstructionException("cannot copy from stage " + GoQuote.quote(copy.from())
                        + ", it needs to be defined before current stage "
                        + GoQuote.quote(node.stage().displayName()));
            }
            return origin;
        } catch (OriginResolver.InvalidOriginException e) {
            throw new InstructionException(e.getMessage());
        }
    }

    private Step workdir(Instruction.Workdir workdir) throws InstructionException, ExpansionException {
        String path = state.expand(workdir.source(), workdir.path()).text();
        if (!state.workdirSet && !state.paths.isAbsolute(path)) {
            lints.report(
                    LintRule.WORKDIR_RELATIVE_PATH,
                    workdir.source(),
                    "Relative workdir " + GoQuote.quote(path) + " can have unexpected results if the base image changes");
        }
        state.workdirSet = true;
        enter(path);
        String directory = state.workingDirectory;
        boolean layer = !directory.equals("/");
        String name = layer
                ? state.names.next(state.shown(state.words(), workdir.source().text(), Map.of()), state.trigger)
                : workdir.source().text();
        StepInfo info = state.info(workdir, name, "WORKDIR " + directory, layer);
        return new Step.Workdir(info, state.paths.shown(directory), state.user);
    }

    /** Makes the path the working directory, as an instruction or the base image says. */
    void enter(String path) throws InstructionException {
        try {
            state.workingDirectory = state.paths.resolve(state.workingDirectory, path, false);
        } catch (ImagePaths.InvalidPathException e) {
            throw new InstructionException(
                    "normalizing workdir: normalizing working directory: removing drive letter: " + e.getMessage());
        }
        state.config.workingDir(state.paths.shown(state.workingDirectory));
    }

    private List<Map.Entry<String, String>> expandPairs(Source source, List<KeyValue> pairs)
            throws ExpansionException {
        // All are expanded before any is set: an instruction sees the state before itself.
        List<Map.Entry<String, String>> expanded = new ArrayList<>();
        for (KeyValue pair : pairs) {
            String name = state.expand(source, pair.name()).text();
            expanded.add(Map.entry(name, state.expand(source, pair.value()).text()));
        }
        return expanded;
    }

    private static String createdBy(String keyword, List<Map.Entry<String, String>> pairs) {
        return keyword + pairs.stream().map(pair -> " " + pair).collect(Collectors.joining());
    }

    private static Map<String, String> last(List<Map.Entry<String, String>> pairs) {
        Map<String, String> set = new LinkedHashMap<>();
        pairs.forEach(pair -> set.put(pair.getKey(), pair.getValue()));
        return set;
    }

    private void reportOldForm(Source source, List<KeyValue> pairs) {
        if (pairs.stream().anyMatch(KeyValue::oldForm)) {
            String keyword = source.keyword();
            lints.report(
                    LintRule.LEGACY_KEY_VALUE_FORMAT,
                    source,
                    "\"" + keyword + " key=value\" should be used instead of legacy \"" + keyword
                            + " key value\" format");
        }
    }

    private Step env(Instruction.Env env) throws ExpansionException {
        List<Map.Entry<String, String>> pairs = expandPairs(env.source(), env.pairs());
        Map<String, String> set = last(pairs);
        reportOldForm(env.source(), env.pairs());
        checks.checkEnv(env, set);
        set.forEach(state.env::set);
        return metadata(env, createdBy("ENV", pairs), "set", set);
    }

    private Step label(Instruction.Label label) throws ExpansionException {
        List<Map.Entry<String, String>> pairs = expandPairs(label.source(), label.pairs());
        Map<String, String> set = last(pairs);
        reportOldForm(label.source(), label.pairs());
        set.forEach(state.config::label);
        return metadata(label, createdBy("LABEL", pairs), "set", set);
    }

    private Step arg(Instruction.Arg arg) throws ExpansionException {
        List<String> createdBy = new ArrayList<>();
        Map<String, String> set = new LinkedHashMap<>();
        for (Instruction.Arg.Definition definition : arg.definitions()) {
            String name = definition.name();
            checks.checkSecret("ARG", name, arg.source());
            String value = graph.options().buildArgs().get(name);
            if (value == null && definition.value() != null) {
                value = state.expand(arg.source(), definition.value()).text();
            } else if (value == null) {
                value = graph.globalArgs().values().get(name).orElse(null);
            }
            state.declare(name, value);
            set.put(name, value);
            createdBy.add(value == null ? name : name + "=" + value);
        }
        return metadata(arg, "ARG " + String.join(" ", createdBy), "set", set);
    }

    private List<String> argv(Instruction instruction, Instruction.Command command) {
        if (!command.shell()) {
            return command.words();
        }
        if (!state.hasShell()) {
            lints.report(
                    LintRule.JSON_ARGS_RECOMMENDED,
                    instruction.source(),
                    "JSON arguments recommended for " + instruction.source().keyword()
                            + " to prevent unintended behavior related to OS signals");
        }
        List<String> argv = new ArrayList<>(state.shellInForce());
        argv.add(String.join(" ", command.words()));
        return argv;
    }

    private Source usedOnce(Instruction instruction, Source before) {
        if (before != null) {
            lints.report(
                    LintRule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
                    instruction.source(),
                    before.line(),
                    "Multiple " + instruction.source().keyword()
                            + " instructions should not be used in the same stage because only the last one will be used");
        }
        return instruction.source();
    }

    private Step cmd(Instruction.Cmd cmd) {
        state.cmd = usedOnce(cmd, state.cmd);
        List<String> argv = argv(cmd, cmd.command());
        state.config.cmd(argv.isEmpty() ? null : argv).argsEscaped(true);
        return metadata(cmd, "CMD " + GoQuote.quote(argv), "args", argv);
    }

    private Step entrypoint(Instruction.Entrypoint entrypoint) {
        state.entrypoint = usedOnce(entrypoint, state.entrypoint);
        List<String> argv = argv(entrypoint, entrypoint.command());
        state.config.entrypoint(argv.isEmpty() ? null : argv);
        if (state.cmd == null) {
            state.config.cmd(null);
        }
        return metadata(entrypoint, "ENTRYPOINT " + GoQuote.quote(argv), "args", argv);
    }

    private Step expose(Instruction.Expose expose) throws InstructionException, ExpansionException {
        List<String> words = new ArrayList<>();
        for (String written : expose.ports()) {
            // BuildKit does not warn of variables that are not set here, and check=error=true counts warnings.
            words.addAll(state.words().expand(written, state::lookUp).words());
        }
        List<String> ports = new ArrayList<>();
        for (String word : words) {
            try {
                ports.addAll(ExposedPorts.parse(word, lints, expose.source()));
            } catch (ExposedPorts.InvalidPortException e) {
                throw new InstructionException(e.getMessage());
            }
        }
        ports.forEach(state.config::expose);
        return metadata(expose, "EXPOSE [" + String.join(" ", ports) + "]", "ports", ports);
    }

    private Step user(Instruction.User user) throws ExpansionException {
        String name = state.expand(user.source(), user.user()).text();
        state.user = name.isEmpty() ? null : name;
        state.config.user(state.user);
        return metadata(user, "USER " + name, "user", name);
    }

    private Step volume(Instruction.Volume volume) throws InstructionException, ExpansionException {
        List<String> paths = new ArrayList<>();
        for (String path : volume.paths()) {
            String expanded = state.expand(volume.source(), path).text();
            if (expanded.isEmpty()) {
                throw new InstructionException("VOLUME specified can not be an empty string");
            }
            paths.add(expanded);
        }
        paths.forEach(state.config::volume);
        return metadata(volume, "VOLUME [" + String.join(" ", paths) + "]", "volumes", paths);
    }

    private Step stopSignal(Instruction.StopSignal stopSignal) throws InstructionException, ExpansionException {
        String signal = state.expand(stopSignal.source(), stopSignal.signal()).text();
        if (!StopSignals.isValid(signal)) {
            throw new InstructionException("invalid signal: " + signal);
        }
        state.config.stopSignal(signal);
        return metadata(stopSignal, "STOPSIGNAL " + signal, "signal", signal);
    }

    private Step healthcheck(Instruction.HealthCheck instruction) {
        state.healthcheck = usedOnce(instruction, state.healthcheck);
        Healthcheck check = instruction.healthcheck();
        state.config.healthcheck(check);
        String createdBy = "HEALTHCHECK {Test:[" + String.join(" ", check.test())
                + "] Interval:" + GoDuration.format(check.interval())
                + " Timeout:" + GoDuration.format(check.timeout())
                + " StartPeriod:" + GoDuration.format(check.startPeriod())
                + " StartInterval:" + GoDuration.format(check.startInterval())
                + " Retries:" + check.retries() + "}";
        return metadata(instruction, createdBy, "healthcheck", check);
    }

    private Step shell(Instruction.Shell shell) {
        state.shell = shell.words();
        state.config.shell(shell.words());
        return metadata(shell, "SHELL [" + String.join(" ", shell.words()) + "]", "args", shell.words());
    }

    private Step maintainer(Instruction.Maintainer maintainer) {
        state.author = maintainer.author();
        return metadata(maintainer, "MAINTAINER " + maintainer.author(), "author", maintainer.author());
    }

    private Step onBuild(Instruction.OnBuild onBuild) {
        state.config.onBuild(onBuild.trigger());
        return metadata(onBuild, null, "trigger", onBuild.trigger());
    }
}
