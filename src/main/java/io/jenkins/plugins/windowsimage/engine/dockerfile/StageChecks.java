package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** BuildKit's lint rules that need the text alone: the names of stages, the case of keywords, comments. */
final class StageChecks {
    private static final Set<String> RESERVED = Set.of("context", "scratch");

    private final Lints lints;

    StageChecks(Lints lints) {
        this.lints = lints;
    }

    void check(List<Stage> stages, List<Instruction.Arg> globalArgs) {
        Set<String> names = new HashSet<>();
        globalArgs.forEach(this::checkDescription);
        for (Stage stage : stages) {
            checkFrom(stage, names);
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Instruction.Maintainer) {
                    lints.report(
                            LintRule.MAINTAINER_DEPRECATED,
                            instruction.source(),
                            "Maintainer instruction is deprecated in favor of using label");
                } else if (instruction instanceof Instruction.Arg arg) {
                    checkDescription(arg);
                }
            }
        }
        checkCase(stages);
    }

    private void checkFrom(Stage stage, Set<String> names) {
        Source source = stage.from().source();
        if (stage.name().isEmpty()) {
            return;
        }
        List<String> words = Whitespace.splitArguments(source.text());
        String written = words.get(words.size() - 1);
        if (!written.equals(stage.name())) {
            lints.report(
                    LintRule.STAGE_NAME_CASING, source, "Stage name '" + written + "' should be lowercase");
        }
        String as = words.get(words.size() - 2);
        boolean lower = isLower(source.keyword());
        if ((lower || isUpper(source.keyword())) && !(lower ? isLower(as) : isUpper(as))) {
            lints.report(
                    LintRule.FROM_AS_CASING,
                    source,
                    "'" + as + "' and '" + source.keyword() + "' keywords' casing do not match");
        }
        checkDescription("FROM", List.of(stage.name()), source);
        if (RESERVED.contains(stage.name())) {
            lints.report(
                    LintRule.RESERVED_STAGE_NAME,
                    source,
                    "Stage name should not use the same name as reserved stage " + GoQuote.quote(stage.name()));
        }
        if (!names.add(stage.name())) {
            lints.report(
                    LintRule.DUPLICATE_STAGE_NAME,
                    source,
                    "Duplicate stage name " + GoQuote.quote(stage.name()) + ", stage names should be unique");
        }
    }

    private void checkDescription(Instruction.Arg arg) {
        List<String> names =
                arg.definitions().stream().map(Instruction.Arg.Definition::name).toList();
        checkDescription("ARG", names, arg.source());
    }

    private void checkDescription(String keyword, List<String> names, Source source) {
        if (source.comments().isEmpty()) {
            return;
        }
        String last = source.comments().get(source.comments().size() - 1);
        if (!names.contains(last.split(" ", 2)[0])) {
            String example = names.size() > 1 ? "<arg_key>" : names.get(0);
            lints.report(
                    LintRule.INVALID_DEFINITION_DESCRIPTION,
                    source,
                    "Comment for " + keyword + " should follow the format: `# " + example + " <description>`");
        }
    }

    /** Keywords should all be in upper case, or all in lower case where most of them are. */
    private void checkCase(List<Stage> stages) {
        int lower = 0;
        int upper = 0;
        for (Stage stage : stages) {
            for (Source source : sources(stage)) {
                lower += isLower(source.keyword()) ? 1 : 0;
                upper += isUpper(source.keyword()) ? 1 : 0;
            }
        }
        boolean mostLower = lower > upper;
        for (Stage stage : stages) {
            for (Source source : sources(stage)) {
                if (!(mostLower ? isLower(source.keyword()) : isUpper(source.keyword()))) {
                    lints.report(
                            LintRule.CONSISTENT_INSTRUCTION_CASING,
                            source,
                            "Command '" + source.keyword() + "' should match the case of the command majority ("
                                    + (mostLower ? "lowercase" : "uppercase") + ")");
                }
            }
        }
    }

    private static List<Source> sources(Stage stage) {
        Source[] sources = new Source[stage.instructions().size() + 1];
        Arrays.setAll(
                sources, i -> i == 0 ? stage.from().source() : stage.instructions().get(i - 1).source());
        return List.of(sources);
    }

    private static boolean isLower(String text) {
        return text.equals(text.toLowerCase(Locale.ROOT));
    }

    private static boolean isUpper(String text) {
        return text.equals(text.toUpperCase(Locale.ROOT));
    }
}
