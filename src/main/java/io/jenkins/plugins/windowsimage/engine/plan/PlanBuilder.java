package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Problem;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ProblemList;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ShellWords;
import io.jenkins.plugins.windowsimage.engine.image.ContainerConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes one {@link BuildPlan}. Not thread-safe, used once. */
final class PlanBuilder {
    private final StageGraph graph;
    private final BaseConfigs bases;
    private final Dockerfile dockerfile;
    private final ProblemList problems;
    private final Map<Integer, ImageConfig> baseConfigs = new HashMap<>();
    private final Map<Integer, List<Instruction>> triggers = new HashMap<>();
    private final Map<Integer, StageState> states = new TreeMap<>();
    private final Set<Integer> broken = new HashSet<>();

    PlanBuilder(StageGraph graph, BaseConfigs bases) {
        this.graph = graph;
        this.bases = bases;
        this.dockerfile = graph.dockerfile();
        this.problems = dockerfile.newProblems();
    }

    BuildPlan build() {
        Set<Integer> needed = open();
        List<PlannedStage> stages = new ArrayList<>();
        for (int index : needed) {
            evaluate(graph.nodes().get(index)).ifPresent(stages::add);
        }
        graph.lints().violation().filter(text -> problems.isEmpty()).ifPresent(text -> problems.add(0, text));
        DockerfileException failure = problems.isEmpty() ? null : problems.toException(ErrorKind.DOCKERFILE_PARSE);
        ImageConfig image = failure == null ? finished(states.get(graph.target())) : null;
        return new BuildPlan(graph, stages, image, graph.lints().warnings(), failure);
    }

    /** Looks base images up until no ONBUILD trigger needs a further stage, and returns the stages that are needed. */
    private Set<Integer> open() {
        NavigableSet<Integer> needed = new TreeSet<>(graph.needed());
        Set<Integer> opened = new HashSet<>();
        while (opened.size() < needed.size()) {
            for (int index : List.copyOf(needed)) {
                if (opened.add(index)) {
                    needed.addAll(openStage(graph.nodes().get(index)));
                }
            }
        }
        return needed;
    }

    /** Finds the triggers of a stage and returns the stages that these, and the stage itself, need. */
    private Set<Integer> openStage(StageNode node) {
        int index = node.stage().index();
        List<String> texts = new ArrayList<>();
        if (node.replacement() instanceof ContextSource.Directory) {
            problems.add(
                    node.stage().from().source(),
                    "the named context " + GoQuote.quote(node.stage().name())
                            + " is a directory, which cannot take the place of a stage that is built on");
            broken.add(index);
            return Set.of();
        }
        if (node.base() instanceof StageBase.Image image) {
            ImageConfig config = bases.config(image.source(), graph.platformOf(node));
            baseConfigs.put(index, config);
            warnOfPlatform(node, graph.platformOf(node), config);
            if (node.replacement() == null && config.config().onBuild() != null) {
                texts.addAll(config.config().onBuild());
            }
        } else if (node.base() instanceof StageBase.Stage base) {
            // A trigger of the base can itself leave one.
            List<Instruction> before = new ArrayList<>(triggers.getOrDefault(base.index(), List.of()));
            before.addAll(graph.nodes().get(base.index()).stage().instructions());
            for (Instruction instruction : before) {
                if (instruction instanceof Instruction.OnBuild onBuild) {
                    texts.add(onBuild.trigger());
                }
            }
        }
        Set<Integer> needs = new TreeSet<>(graph.origins().stagesOf(node));
        List<Instruction> parsed = new ArrayList<>();
        for (String text : texts) {
            try {
                Instruction trigger = dockerfile.parseTrigger(text, node.stage().from().source());
                parsed.add(trigger);
                needs.addAll(OriginResolver.stagesIn(graph.origins().originsOf(trigger)));
            } catch (DockerfileException e) {
                for (Problem problem : e.problems()) {
                    problems.add(node.stage().from().source(), problem.message());
                }
                broken.add(index);
            }
        }
        triggers.put(index, parsed);
        return needs;
    }

    private void warnOfPlatform(StageNode node, Platform expected, ImageConfig config) {
        if (!expected.os().equals(config.os()) || !expected.architecture().equals(config.architecture())) {
            graph.lints()
                    .report(
                            LintRule.INVALID_BASE_IMAGE_PLATFORM,
                            node.stage().from().source(),
                            "Base image " + node.stage().from().image() + " was pulled with platform "
                                    + GoQuote.quote(config.platform().toString()) + ", expected "
                                    + GoQuote.quote(expected.toString()) + " for current build");
        }
    }

    private Optional<PlannedStage> evaluate(StageNode node) {
        int index = node.stage().index();
        boolean onBroken = node.base() instanceof StageBase.Stage base && broken.contains(base.index());
        if (onBroken || node.replacement() instanceof ContextSource.Directory) {
            broken.add(index);
            return Optional.empty();
        }
        List<Instruction> own = node.replacement() == null ? node.stage().instructions() : List.of();
        List<Instruction> inherited = triggers.getOrDefault(index, List.of());
        StageState state = start(node, own, inherited);
        states.put(index, state);
        VariableChecks checks = new VariableChecks(graph.lints(), state.isWindows(), rootName(node));
        StageEvaluator evaluator = new StageEvaluator(graph, node, state, checks);
        Set<Integer> dependsOn = new TreeSet<>();
        if (node.base() instanceof StageBase.Stage base) {
            dependsOn.add(base.index());
        }
        enterBase(node, state, evaluator);
        state.trigger = true;
        run(inherited, index, state, evaluator, dependsOn);
        state.trigger = false;
        run(own, index, state, evaluator, dependsOn);
        return Optional.of(new PlannedStage(
                index,
                node.stage().name(),
                node.stage().displayName(),
                node.stage().from().source().line(),
                node.base(),
                state.platform,
                state.steps,
                state.image(),
                dependsOn));
    }

    private void enterBase(StageNode node, StageState state, StageEvaluator evaluator) {
        String directory = state.image().config().workingDir();
        if (directory != null && !directory.isEmpty()) {
            try {
                evaluator.enter(directory);
            } catch (InstructionException e) {
                problems.add(node.stage().from().source(), e.getMessage());
            }
        }
    }

    private void run(
            List<Instruction> instructions,
            int index,
            StageState state,
            StageEvaluator evaluator,
            Set<Integer> dependsOn) {
        for (Instruction instruction : instructions) {
            if (broken.contains(index)) {
                return;
            }
            try {
                state.steps.add(evaluator.evaluate(instruction));
                dependsOn.addAll(OriginResolver.stagesIn(graph.origins().originsOf(instruction)));
            } catch (InstructionException e) {
                problems.add(instruction.source(), e.getMessage());
            } catch (ExpansionException e) {
                problems.add(instruction.source(), e.getMessage());
                if (instruction instanceof Instruction.Env || instruction instanceof Instruction.Arg) {
                    // What follows may only be wrong because this variable is not set.
                    broken.add(index);
                }
            }
        }
    }

    private StageState start(StageNode node, List<Instruction> own, List<Instruction> inherited) {
        boolean pulled = node.base() instanceof StageBase.Image;
        long working = own.stream().filter(PlanBuilder::isCounted).count();
        StepNames names = new StepNames(
                graph.countedStages() == 1 ? "" : node.stage().displayName(),
                (int) working + inherited.size() + (pulled ? 1 : 0),
                pulled);
        ShellWords words = new ShellWords(dockerfile.escape());
        if (node.base() instanceof StageBase.Stage base) {
            StageState parent = states.get(base.index());
            return new StageState(parent.image(), parent.platform, parent, parent.machinePath(), names, words, graph.lints());
        }
        Platform platform = graph.platformOf(node);
        if (node.base() instanceof StageBase.Image image && baseConfigs.containsKey(node.stage().index())) {
            ImageConfig config = baseConfigs.get(node.stage().index());
            Optional<String> path = bases.machinePath(image.source(), platform);
            return new StageState(config, platform, null, path, names, words, graph.lints());
        }
        Platform target = graph.options().platform();
        ContainerConfig root = ContainerConfig.EMPTY.toBuilder().workingDir("/").build();
        ImageConfig scratch = ImageConfig.scratch(target).withConfig(root);
        return new StageState(scratch, target, null, Optional.empty(), names, words, graph.lints());
    }

    private static boolean isCounted(Instruction instruction) {
        return instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Run
                || instruction instanceof Instruction.Workdir;
    }

    private String rootName(StageNode node) {
        StageNode root = node;
        while (root.base() instanceof StageBase.Stage base) {
            root = graph.nodes().get(base.index());
        }
        return root.base().toString();
    }

    /** The target's config as that of the image: with the user's labels and the platform that was asked for. */
    private ImageConfig finished(StageState state) {
        ImageConfig image = state.image();
        ContainerConfig.Builder config = image.config().toBuilder();
        graph.options().labels().forEach(config::label);
        // A FROM that asks for another platform of Windows decides: an image that says otherwise would not start.
        boolean ownPlatform = image.os().equals(state.platform.os()) && image.architecture().equals(state.platform.architecture());
        Platform asked = ownPlatform && state.isWindows() ? state.platform : graph.options().platform();
        boolean same = asked.os().equals(image.os()) && asked.architecture().equals(image.architecture());
        return new ImageConfig(
                image.created(),
                image.author(),
                asked.architecture(),
                asked.os(),
                image.osVersion() == null || !same ? asked.osVersion() : image.osVersion(),
                asked.osFeatures() != null ? asked.osFeatures() : image.osFeatures(),
                asked.variant() != null || !same ? asked.variant() : image.variant(),
                config.build(),
                image.rootfs(),
                image.history());
    }
}
