package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which rules are reported: the value of a {@code check} directive, such as {@code skip=all;error=true}.
 *
 * @param skipped names of rules that are not reported; {@code all} for every one
 * @param experimental names of experimental rules that are reported; {@code all} for every one
 * @param error whether a warning of BuildKit's rules fails the build
 */
record LintSettings(Set<String> skipped, Set<String> experimental, boolean error) {
    private static final String ALL = "all";
    static final LintSettings DEFAULT = new LintSettings(Set.of(), Set.of(), false);

    LintSettings {
        skipped = Set.copyOf(skipped);
        experimental = Set.copyOf(experimental);
    }

    static LintSettings parse(String value) throws SyntaxException {
        String text = value.split(" ", 2)[0];
        LintSettings settings = DEFAULT;
        if (text.isEmpty()) {
            return settings;
        }
        for (String part : text.split(";", 3)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw wrong("invalid check option " + GoQuote.quote(part));
            }
            String key = Whitespace.trim(part.substring(0, equals));
            String option = Whitespace.trim(part.substring(equals + 1));
            settings = switch (key) {
                case "skip" -> new LintSettings(names(option), settings.experimental, settings.error);
                case "experimental" -> new LintSettings(settings.skipped, names(option), settings.error);
                case "error" -> new LintSettings(settings.skipped, settings.experimental, truth(option, part));
                default -> throw wrong("invalid check option " + GoQuote.quote(key));
            };
        }
        return settings;
    }

    private static SyntaxException wrong(String message) {
        return new SyntaxException("failed to parse check options: " + message);
    }

    private static boolean truth(String option, String part) throws SyntaxException {
        try {
            return Mount.truth("error", option);
        } catch (SyntaxException e) {
            throw wrong("failed to parse check option " + GoQuote.quote(part) + ": strconv.ParseBool: parsing "
                    + GoQuote.quote(option) + ": invalid syntax");
        }
    }

    private static Set<String> names(String option) {
        return Arrays.stream(option.split(",")).map(Whitespace::trim).collect(Collectors.toSet());
    }

    /** These settings and those of a {@code # check=} comment above an instruction. */
    LintSettings with(List<String> comments) {
        for (String comment : comments) {
            try {
                Optional<Directive> directive = new DirectiveReader("").read(comment, 0);
                if (directive.isPresent() && directive.get().name().equals("check")) {
                    LintSettings local = parse(directive.get().value());
                    return new LintSettings(
                            union(skipped, local.skipped), union(experimental, local.experimental), error);
                }
            } catch (SyntaxException e) {
                // A comment that is no valid check option is an ordinary comment.
                return this;
            }
        }
        return this;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    boolean reports(LintRule rule) {
        if (rule.isExperimental()) {
            return experimental.contains(ALL) || experimental.contains(rule.id());
        }
        return !skipped.contains(ALL) && !skipped.contains(rule.id());
    }
}
