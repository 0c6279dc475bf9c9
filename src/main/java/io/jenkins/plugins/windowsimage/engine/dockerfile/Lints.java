package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects warnings by the rules that the Dockerfile wants reported. Not thread-safe. */
public final class Lints {
    private final LintSettings settings;
    private final Set<Warning> warnings = new LinkedHashSet<>();

    Lints(LintSettings settings) {
        this.settings = settings;
    }

    /** A collector with the same rules that already holds these warnings. */
    Lints(LintSettings settings, Collection<Warning> warnings) {
        this(settings);
        this.warnings.addAll(warnings);
    }

    /** Reports what concerns an instruction, unless a rule or the comment above it says not to. */
    public void report(LintRule rule, Source source, String message) {
        report(rule, source, source.line(), message);
    }

    /** Reports what concerns an instruction at another line. */
    public void report(LintRule rule, Source source, int line, String message) {
        if (settings.with(source.comments()).reports(rule)) {
            warnings.add(new Warning(rule, message, line));
        }
    }

    void report(LintRule rule, int line, String message) {
        if (settings.reports(rule)) {
            warnings.add(new Warning(rule, message, line));
        }
    }

    /** All warnings in the order of their lines. */
    public List<Warning> warnings() {
        return warnings.stream()
                .sorted(Comparator.comparingInt(Warning::line))
                .toList();
    }

    /** The error that {@code check=error=true} makes of warnings; empty when there is none to make. */
    public Optional<String> violation() {
        String rules = warnings.stream()
                .map(Warning::rule)
                .filter(LintRule::isOfBuildKit)
                .map(LintRule::id)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return settings.error() && !rules.isEmpty()
                ? Optional.of("lint violation found for rules: " + rules)
                : Optional.empty();
    }
}
