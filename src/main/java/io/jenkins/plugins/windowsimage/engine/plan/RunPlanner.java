package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Device;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Heredoc;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Mount;
import io.jenkins.plugins.windowsimage.engine.dockerfile.MountFlag;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Plans RUN. */
final class RunPlanner {
    private static final Set<String> PROXIES =
            Set.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

    private final StageState state;
    private final OriginResolver origins;
    private final int stage;
    private final Map<String, String> buildArgs;

    RunPlanner(StageState state, OriginResolver origins, StageNode node, Map<String, String> buildArgs) {
        this.state = state;
        this.origins = origins;
        this.stage = node.stage().index();
        this.buildArgs = buildArgs;
    }

    Step.Run plan(Instruction.Run run) throws InstructionException, ExpansionException {
        Source source = run.source();
        List<Mount> read = new ArrayList<>();
        for (MountFlag flag : run.mounts()) {
            read.add(read(source, flag));
        }
        List<PlannedMount> mounts = new ArrayList<>();
        Map<String, String> masks = new HashMap<>();
        for (Mount mount : read) {
            mounts.add(plan(mount));
            if (mount.type() == Mount.Type.SECRET && mount.env() != null) {
                masks.put(mount.env(), "****");
            }
        }
        Instruction.Command command = run.command();
        String text = text(command);
        List<String> args = new ArrayList<>(command.words());
        if (command.shell()) {
            args = new ArrayList<>(state.shellInForce());
            args.add(text);
        }
        String shown = state.shown(state.words().forDisplay(), source.text() + summary(command), masks);
        StepInfo info = state.info(
                run,
                state.names.next(shown, state.trigger),
                "RUN " + state.inHistory(args) + " # buildkit",
                true);
        return new Step.Run(
                info,
                command.shell(),
                args,
                command.shell() ? CommandLine.ofShell(state.shellInForce(), text) : CommandLine.ofWords(args),
                state.environment(),
                proxies(),
                state.paths.shown(state.workingDirectory),
                state.user,
                state.shellInForce(),
                mounts,
                run.network(),
                run.security(),
                run.devices().stream().map(Device::name).toList(),
                command.heredocs());
    }

    /** The text of the shell form; a heredoc that stands alone is the text itself. */
    private static String text(Instruction.Command command) {
        String text = String.join(" ", command.words());
        if (command.heredocs().isEmpty()) {
            return text;
        }
        if (command.isHeredoc()) {
            return command.heredocs().get(0).text();
        }
        StringBuilder whole = new StringBuilder(text);
        for (Heredoc heredoc : command.heredocs()) {
            whole.append('\n').append(heredoc.content()).append(heredoc.name());
        }
        return whole.toString();
    }

    /** The first line of a heredoc, to show what is run. */
    private static String summary(Instruction.Command command) {
        if (command.heredocs().isEmpty() || !command.isHeredoc()) {
            return "";
        }
        String[] lines = command.heredocs().get(0).content().strip().split("\r?\n", 2);
        return " (" + lines[0] + (lines.length > 1 ? "..." : "") + ")";
    }

    private Map<String, String> proxies() {
        Map<String, String> found = new LinkedHashMap<>();
        buildArgs.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (PROXIES.contains(upper)) {
                found.put(upper, value);
            }
        });
        return found;
    }

    private Mount read(Source source, MountFlag flag) throws InstructionException, ExpansionException {
        try {
            return Mount.parse(flag, value -> state.expand(source, value).text());
        } catch (Mount.InvalidMountException e) {
            throw new InstructionException(e.getMessage());
        }
    }

    private PlannedMount plan(Mount mount) throws InstructionException {
        return switch (mount.type()) {
            case SECRET -> new PlannedMount(mount, secretTarget(mount), null);
            case SSH -> {
                if (!mount.source().isEmpty()) {
                    throw new InstructionException("ssh does not support source");
                }
                yield new PlannedMount(mount, mount.target().isEmpty() ? null : target(mount.target()), null);
            }
            case TMPFS -> new PlannedMount(mount, checkedTarget(mount), null);
            case BIND, CACHE -> new PlannedMount(mount, checkedTarget(mount), origin(mount));
        };
    }

    private String secretTarget(Mount mount) throws InstructionException {
        if (!mount.target().isEmpty()) {
            return target(mount.target());
        }
        if (mount.env() != null) {
            return null;
        }
        String id = mount.source().isEmpty() ? mount.id() : mount.source();
        return target("/run/secrets/" + PlannedMount.lastName(id));
    }

    private String target(String path) throws InstructionException {
        try {
            return state.paths.shown(state.paths.resolve(state.workingDirectory, path, false));
        } catch (ImagePaths.InvalidPathException e) {
            throw new InstructionException("invalid mount target " + GoQuote.quote(path) + ": " + e.getMessage());
        }
    }

    private String checkedTarget(Mount mount) throws InstructionException {
        String target = target(mount.target());
        if (target.equals(state.paths.shown("/"))) {
            throw new InstructionException("invalid mount target \"/\"");
        }
        return target;
    }

    private FileOrigin origin(Mount mount) throws InstructionException {
        if (mount.from().isEmpty()) {
            return mount.type() == Mount.Type.CACHE ? new FileOrigin.Scratch() : new FileOrigin.BuildContext();
        }
        try {
            FileOrigin origin = origins.resolve(mount.from(), true);
            if (origin instanceof FileOrigin.Stage other && other.index() >= stage) {
                throw new InstructionException("cannot mount from stage " + GoQuote.quote(mount.from()) + " to "
                        + GoQuote.quote(mount.target()) + ", stage needs to be defined before current command");
            }
            return origin;
        } catch (OriginResolver.InvalidOriginException e) {
            throw new InstructionException(e.getMessage());
        }
    }
}
