package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.MountFlag;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ShellWords;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Suggestion;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what {@code --from} names: a stage by name or number, a named context, or an image. Immutable. */
final class OriginResolver {
    private final List<StageNode> nodes;
    private final PlanOptions options;
    private final NamedContexts contexts;

    OriginResolver(List<StageNode> nodes, PlanOptions options) {
        this.nodes = nodes;
        this.options = options;
        this.contexts = new NamedContexts(options.contexts());
    }

    /** A {@code --from} that names nothing; the message is BuildKit's. */
    static final class InvalidOriginException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidOriginException(String message) {
            super(message);
        }
    }

    /** The {@code --from} values of an instruction. */
    static List<String> references(Instruction instruction) {
        if (instruction instanceof Instruction.Copy copy && !copy.from().isEmpty()) {
            return List.of(copy.from());
        }
        if (instruction instanceof Instruction.Run run) {
            return run.mounts().stream()
                    .map(MountFlag::from)
                    .filter(from -> !from.isEmpty())
                    .toList();
        }
        return List.of();
    }

    /** How many images BuildKit takes an instruction to copy from or to mount; a mount from nowhere counts as one. */
    long countImages(Instruction instruction) {
        if (instruction instanceof Instruction.Run run) {
            return run.mounts().stream()
                    .filter(mount -> stageIndex(mount.from()).isEmpty())
                    .count();
        }
        return references(instruction).stream().filter(from -> !isStage(from)).count();
    }

    private boolean isStage(String from) {
        return stageIndex(from).isPresent() || from.matches("[0-9]+");
    }

    private Optional<Integer> stageIndex(String name) {
        return nodes.stream()
                .map(StageNode::stage)
                .filter(stage -> !stage.name().isEmpty() && stage.name().equalsIgnoreCase(name))
                .map(io.jenkins.plugins.windowsimage.engine.dockerfile.Stage::index)
                .reduce((first, last) -> last);
    }

    /**
     * @param mount whether a mount asks, for which a number is a name
     */
    FileOrigin resolve(String from, boolean mount) throws InvalidOriginException {
        if (!mount) {
            checkNoVariables(from);
            if (from.matches("[+-]?[0-9]{1,9}")) {
                int index = Integer.parseInt(from);
                if (index < 0 || index >= nodes.size()) {
                    throw new InvalidOriginException("invalid stage index " + index);
                }
                return stage(index);
            }
        }
        Optional<Integer> stage = stageIndex(from);
        if (stage.isPresent()) {
            return stage(stage.get());
        }
        if (from.equals("scratch")) {
            return new FileOrigin.Scratch();
        }
        Optional<ContextSource> context = contexts.find(from);
        if (context.isPresent()) {
            return ofContext(from, context.get());
        }
        return new FileOrigin.Image(new ImageSource.Named(FromResolver.reference(from)), options.platform());
    }

    private FileOrigin stage(int index) {
        StageNode node = nodes.get(index);
        return node.replacement() == null
                ? new FileOrigin.Stage(index)
                : ofContext(node.stage().name(), node.replacement());
    }

    private FileOrigin ofContext(String name, ContextSource source) {
        if (source instanceof ContextSource.Directory directory) {
            return new FileOrigin.Directory(name, directory.path());
        }
        return new FileOrigin.Image(((ContextSource.Image) source).source(), options.platform());
    }

    private static void checkNoVariables(String from) throws InvalidOriginException {
        String plain;
        try {
            plain = new ShellWords('\\').expand(from, Variables.NONE).text();
        } catch (ExpansionException e) {
            throw new InvalidOriginException(e.getMessage());
        }
        if (!plain.equals(from)) {
            throw new InvalidOriginException("variable expansion is not supported for --from, define a new stage with FROM"
                    + " using ARG from global scope as a workaround");
        }
    }

    /** Warns when an image is named almost like a stage. */
    void warnOfLikelyStage(String from, Source source, Lints lints) {
        if (isStage(from) || from.equals("scratch") || contexts.find(from).isPresent() || from.matches(".*[/:@.].*")) {
            return;
        }
        List<String> names = nodes.stream()
                .map(node -> node.stage().name())
                .filter(name -> !name.isEmpty())
                .toList();
        Suggestion.nearest(from.toLowerCase(java.util.Locale.ROOT), names)
                .ifPresent(stage -> lints.report(
                        LintRule.MISSING_STAGE,
                        source,
                        "No stage is named " + GoQuote.quote(from) + ", so an image of this name is taken"
                                + " (did you mean " + stage + "?)"));
    }

    /** The origins of all {@code --from} of a stage that can be resolved. */
    List<FileOrigin> originsOf(StageNode node) {
        List<FileOrigin> origins = new ArrayList<>();
        if (node.replacement() != null) {
            return origins;
        }
        for (Instruction instruction : node.stage().instructions()) {
            origins.addAll(originsOf(instruction));
        }
        return origins;
    }

    List<FileOrigin> originsOf(Instruction instruction) {
        List<FileOrigin> origins = new ArrayList<>();
        for (String from : references(instruction)) {
            try {
                origins.add(resolve(from, instruction instanceof Instruction.Run));
            } catch (InvalidOriginException e) {
                // Reported when the graph was made or when the trigger is evaluated.
            }
        }
        return origins;
    }

    /** Indexes of the stages that a stage starts from, copies from or mounts. */
    List<Integer> stagesOf(StageNode node) {
        List<Integer> stages = new ArrayList<>();
        if (node.base() instanceof StageBase.Stage base && node.replacement() == null) {
            stages.add(base.index());
        }
        stages.addAll(stagesIn(originsOf(node)));
        return stages;
    }

    static List<Integer> stagesIn(List<FileOrigin> origins) {
        return origins.stream()
                .filter(FileOrigin.Stage.class::isInstance)
                .map(origin -> ((FileOrigin.Stage) origin).index())
                .toList();
    }
}
