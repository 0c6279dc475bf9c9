package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ProblemList;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Stage;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Suggestion;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The stages of a Dockerfile and what they need of each other. Made from the text and the user's options alone, before any image
 * is looked up. Immutable and thread-safe.
 */
public final class StageGraph {
    private final Dockerfile dockerfile;
    private final PlanOptions options;
    private final GlobalArgs globalArgs;
    private final List<StageNode> nodes;
    private final int target;
    private final Set<Integer> needed;
    private final Lints lints;
    private final OriginResolver origins;

    private StageGraph(
            Dockerfile dockerfile,
            PlanOptions options,
            GlobalArgs globalArgs,
            List<StageNode> nodes,
            int target,
            Lints lints,
            OriginResolver origins) {
        this.dockerfile = dockerfile;
        this.options = options;
        this.globalArgs = globalArgs;
        this.nodes = List.copyOf(nodes);
        this.target = target;
        this.lints = lints;
        this.origins = origins;
        this.needed = reachable(nodes, origins, target);
    }

    /**
     * Resolves the names in a Dockerfile.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.dockerfile.DockerfileException of kind DOCKERFILE_PARSE with everything
     *     that is wrong with its stages, or STAGE_NOT_FOUND if it does not have the target
     */
    public static StageGraph of(Dockerfile dockerfile, PlanOptions options) {
        ProblemList problems = dockerfile.newProblems();
        Lints lints = dockerfile.newLints();
        List<Stage> stages = dockerfile.stages();
        String asked = options.target() == null || options.target().isEmpty()
                ? stages.get(stages.size() - 1).name()
                : options.target();
        FromResolver froms = new FromResolver(dockerfile, options, asked, lints, problems);
        List<StageNode> nodes = froms.resolve();
        problems.throwIfAny();
        int target = target(dockerfile, options);
        OriginResolver origins = new OriginResolver(nodes, options);
        checkOrigins(nodes, origins, lints, problems);
        problems.throwIfAny();
        CircularDependency.check(nodes, origins, problems);
        problems.throwIfAny();
        return new StageGraph(dockerfile, options, froms.globalArgs(), nodes, target, lints, origins);
    }

    private static int target(Dockerfile dockerfile, PlanOptions options) {
        List<Stage> stages = dockerfile.stages();
        String name = options.target();
        if (name == null || name.isEmpty()) {
            return stages.size() - 1;
        }
        Optional<Stage> stage = dockerfile.stage(name);
        if (stage.isPresent()) {
            return stage.get().index();
        }
        if (name.matches("[0-9]{1,4}") && Integer.parseInt(name) < stages.size()) {
            return Integer.parseInt(name);
        }
        ProblemList problems = dockerfile.newProblems();
        List<String> names = stages.stream().map(Stage::displayName).toList();
        problems.add(0, "target stage \"" + name + "\" could not be found"
                + Suggestion.suffix(Suggestion.nearest(name, names)));
        throw problems.toException(ErrorKind.STAGE_NOT_FOUND);
    }

    private static void checkOrigins(
            List<StageNode> nodes, OriginResolver origins, Lints lints, ProblemList problems) {
        for (StageNode node : nodes) {
            for (Instruction instruction : node.stage().instructions()) {
                for (String from : OriginResolver.references(instruction)) {
                    try {
                        origins.resolve(from, instruction instanceof Instruction.Run);
                        origins.warnOfLikelyStage(from, instruction.source(), lints);
                    } catch (OriginResolver.InvalidOriginException e) {
                        problems.add(instruction.source(), e.getMessage());
                    }
                }
            }
        }
    }

    private static Set<Integer> reachable(List<StageNode> nodes, OriginResolver origins, int target) {
        Set<Integer> reached = new TreeSet<>();
        List<Integer> open = new ArrayList<>(List.of(target));
        while (!open.isEmpty()) {
            int index = open.remove(open.size() - 1);
            if (reached.add(index)) {
                open.addAll(origins.stagesOf(nodes.get(index)));
            }
        }
        return reached;
    }

    public Dockerfile dockerfile() {
        return dockerfile;
    }

    public PlanOptions options() {
        return options;
    }

    /** All stages, needed or not, in the order of the file. */
    public List<StageNode> nodes() {
        return nodes;
    }

    /** Index of the stage that becomes the image. */
    public int target() {
        return target;
    }

    /** Indexes of the stages that the target needs, itself included, ascending; ONBUILD triggers may add to them. */
    public Set<Integer> needed() {
        return new TreeSet<>(needed);
    }

    /** The images that the needed stages start from, each once. */
    public Set<FileOrigin.Image> baseImages() {
        Set<FileOrigin.Image> images = new LinkedHashSet<>();
        for (int index : needed) {
            StageNode node = nodes.get(index);
            if (node.base() instanceof StageBase.Image image) {
                images.add(new FileOrigin.Image(image.source(), platformOf(node)));
            }
        }
        return images;
    }

    /** The first FROM that needs this one of {@link #baseImages()}. */
    public Source fromOf(FileOrigin.Image image) {
        return needed.stream()
                .map(nodes::get)
                .filter(node -> node.base() instanceof StageBase.Image base
                        && image.equals(new FileOrigin.Image(base.source(), platformOf(node))))
                .findFirst()
                .orElseThrow()
                .stage().from().source();
    }

    /** The images that needed stages copy from, each once; only their files matter. */
    public Set<FileOrigin.Image> copiedImages() {
        Set<FileOrigin.Image> images = new LinkedHashSet<>();
        for (int index : needed) {
            for (FileOrigin origin : origins.originsOf(nodes.get(index))) {
                if (origin instanceof FileOrigin.Image image) {
                    images.add(image);
                }
            }
        }
        return images;
    }

    /** The first RUN in a needed stage; empty when the build runs nothing, as far as the Dockerfile alone can tell. */
    public Optional<Source> firstRun() {
        return needed.stream()
                .map(nodes::get)
                .filter(node -> node.replacement() == null)
                .flatMap(node -> node.stage().instructions().stream())
                .filter(Instruction.Run.class::isInstance)
                .map(Instruction::source)
                .findFirst();
    }

    Platform platformOf(StageNode node) {
        return node.platform() == null ? options.platform() : node.platform();
    }

    GlobalArgs globalArgs() {
        return globalArgs;
    }

    OriginResolver origins() {
        return origins;
    }

    Lints lints() {
        return lints;
    }

    /** How many stages BuildKit would count: every image that is mounted or copied from is one to it. */
    int countedStages() {
        long others = nodes.stream()
                .flatMap(node -> node.stage().instructions().stream())
                .mapToLong(origins::countImages)
                .sum();
        return nodes.size() + (int) others;
    }
}
