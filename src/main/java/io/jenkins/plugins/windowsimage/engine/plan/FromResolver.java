package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ProblemList;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ShellWords;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Stage;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Suggestion;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Resolves the FROM of every stage. Not thread-safe, used once. */
final class FromResolver {
    private final Dockerfile dockerfile;
    private final PlanOptions options;
    private final Lints lints;
    private final ProblemList problems;
    private final ShellWords words;
    private final GlobalArgs globalArgs;
    private final NamedContexts contexts;
    private final Map<String, Integer> stagesByName = new HashMap<>();

    /** @param targetName what {@code TARGETSTAGE} says */
    FromResolver(Dockerfile dockerfile, PlanOptions options, String targetName, Lints lints, ProblemList problems) {
        this.dockerfile = dockerfile;
        this.options = options;
        this.lints = lints;
        this.problems = problems;
        this.words = new ShellWords(dockerfile.escape());
        this.contexts = new NamedContexts(options.contexts());
        VariableTable platform = GlobalArgs.ofPlatform(options.platform(), options.buildArgs(), targetName);
        checkDefaults(platform);
        this.globalArgs = GlobalArgs.evaluate(
                platform, dockerfile.globalArgs(), options.buildArgs(), words, problems);
    }

    GlobalArgs globalArgs() {
        return globalArgs;
    }

    List<StageNode> resolve() {
        List<StageNode> nodes = new ArrayList<>();
        for (Stage stage : dockerfile.stages()) {
            try {
                nodes.add(resolve(stage));
            } catch (OriginResolver.InvalidOriginException | ExpansionException e) {
                problems.add(stage.from().source(), e.getMessage());
            }
            if (!stage.name().isEmpty()) {
                stagesByName.put(stage.name(), stage.index());
            }
        }
        return nodes;
    }

    private StageNode resolve(Stage stage) throws OriginResolver.InvalidOriginException, ExpansionException {
        Source source = stage.from().source();
        ShellWords.Result image = expand(stage.from().image(), source);
        if (image.text().isEmpty()) {
            throw new OriginResolver.InvalidOriginException(
                    "base name (" + stage.from().image() + ") should not be blank");
        }
        Platform platform = platform(stage);
        Optional<ContextSource> replacement = stage.name().isEmpty() ? Optional.empty() : contexts.find(stage.name());
        StageBase base = replacement.isPresent() && replacement.get() instanceof ContextSource.Image other
                ? new StageBase.Image(other.source())
                : base(image.text(), source);
        return new StageNode(stage, base, platform, replacement.orElse(null));
    }

    private ShellWords.Result expand(String text, Source source) throws ExpansionException {
        try {
            ShellWords.Result result = words.expand(text, globalArgs.values());
            reportUndefined(result.missing(), source);
            return result;
        } catch (ExpansionException e) {
            reportUndefined(e.missing(), source);
            throw e;
        }
    }

    private void reportUndefined(Set<String> missing, Source source) {
        for (String name : missing) {
            if (!globalArgs.declared().contains(name)) {
                lints.report(
                        LintRule.UNDEFINED_ARG_IN_FROM,
                        source,
                        "FROM argument '" + name + "' is not declared"
                                + Suggestion.suffix(Suggestion.nearest(name, globalArgs.declared())));
            }
        }
    }

    private StageBase base(String name, Source source) throws OriginResolver.InvalidOriginException {
        if (stagesByName.containsKey(name)) {
            return new StageBase.Stage(stagesByName.get(name), name);
        }
        if (name.equals("scratch")) {
            return new StageBase.Scratch();
        }
        Optional<ContextSource> context = contexts.find(name);
        if (context.isPresent()) {
            if (context.get() instanceof ContextSource.Image image) {
                return new StageBase.Image(image.source());
            }
            throw new OriginResolver.InvalidOriginException("the named context " + GoQuote.quote(name)
                    + " is a directory, which cannot be the base of a stage; copy from it with COPY --from=" + name);
        }
        ImageReference reference = reference(name);
        if (reference.digest() == null && (reference.tag() == null || reference.tag().equals("latest"))) {
            lints.report(
                    LintRule.UNPINNED_BASE,
                    source,
                    "The base image " + name + " is not pinned: another build may get another image."
                            + " Name a tag other than latest, or a digest");
        }
        return new StageBase.Image(new ImageSource.Named(reference));
    }

    /** Reads the name of an image, with BuildKit's words for what is wrong with it. */
    static ImageReference reference(String name) throws OriginResolver.InvalidOriginException {
        try {
            return ImageReference.parse(name);
        } catch (IllegalArgumentException e) {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean upperCase = !lower.equals(name) && isReference(lower);
            throw new OriginResolver.InvalidOriginException("failed to parse stage name " + GoQuote.quote(name)
                    + ": invalid reference format"
                    + (upperCase ? ": repository name (" + withLibrary(name) + ") must be lowercase" : ""));
        }
    }

    private static String withLibrary(String name) {
        int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        String repository = colon < 0 ? name : name.substring(0, colon);
        return repository.indexOf('/') < 0 ? "library/" + repository : repository;
    }

    private static boolean isReference(String name) {
        try {
            ImageReference.parse(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Platform platform(Stage stage) throws OriginResolver.InvalidOriginException, ExpansionException {
        String written = stage.from().platform();
        if (written.isEmpty()) {
            return null;
        }
        Source source = stage.from().source();
        ShellWords.Result result = expand(written, source);
        if (result.text().isEmpty()) {
            throw new OriginResolver.InvalidOriginException(
                    "empty platform value from expression " + written + suggestion(result.missing()));
        }
        Platform platform;
        try {
            platform = PlatformName.parse(result.text(), options.platform());
        } catch (IllegalArgumentException e) {
            throw new OriginResolver.InvalidOriginException(
                    "failed to parse platform " + written + ": " + e.getMessage() + suggestion(result.missing()));
        }
        checkPlatform(stage, written, result, platform);
        return platform;
    }

    private String suggestion(Set<String> missing) {
        return missing.stream()
                .map(name -> Suggestion.suffix(Suggestion.nearest(name, globalArgs.values().names())))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private void checkPlatform(Stage stage, String written, ShellWords.Result result, Platform platform) {
        Source source = stage.from().source();
        boolean constant = result.used().isEmpty() && result.missing().isEmpty();
        if (constant && !stage.name().contains(platform.os()) && !stage.name().contains(platform.architecture())) {
            lints.report(
                    LintRule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
                    source,
                    "FROM --platform flag should not use constant value " + GoQuote.quote(result.text()));
        }
        Optional<String> target = globalArgs.values().get("TARGETPLATFORM");
        if (result.missing().isEmpty()
                && result.used().equals(Set.of("TARGETPLATFORM"))
                && target.equals(Optional.of(result.text()))) {
            lints.report(
                    LintRule.REDUNDANT_TARGET_PLATFORM,
                    source,
                    "Setting platform to predefined " + written
                            + " in FROM is redundant as this is the default behavior");
        }
    }

    /** Warns when a FROM is only valid with a build argument. */
    private void checkDefaults(VariableTable platform) {
        ProblemList ignored = dockerfile.newProblems();
        GlobalArgs defaults = GlobalArgs.evaluate(platform, dockerfile.globalArgs(), Map.of(), words, ignored);
        if (!ignored.isEmpty()) {
            return;
        }
        for (Stage stage : dockerfile.stages()) {
            try {
                String image = words.expand(stage.from().image(), defaults.values()).text();
                if (!isReference(image)) {
                    lints.report(
                            LintRule.INVALID_DEFAULT_ARG_IN_FROM,
                            stage.from().source(),
                            "Default value for ARG " + stage.from().image()
                                    + " results in empty or invalid base image name");
                }
            } catch (ExpansionException e) {
                return;
            }
        }
    }
}
