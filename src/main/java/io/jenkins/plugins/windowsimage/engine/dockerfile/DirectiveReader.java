package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises parser directives line by line. The first line that is none, be it blank, a comment or an unknown key, ends them.
 * Not thread-safe.
 */
final class DirectiveReader {
    private static final Pattern DIRECTIVE =
            Pattern.compile("([a-zA-Z][a-zA-Z0-9]*)[\\t\\n\\f\\r ]*=[\\t\\n\\f\\r ]*(.+?)[\\t\\n\\f\\r ]*");
    private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");

    private final String comment;
    private final Set<String> seen = new HashSet<>();
    private boolean done;

    /** @param comment what a comment begins with */
    DirectiveReader(String comment) {
        this.comment = comment;
    }

    boolean isDone() {
        return done;
    }

    Optional<Directive> read(String line, int number) throws SyntaxException {
        if (done) {
            return Optional.empty();
        }
        Matcher matcher = line.startsWith(comment)
                ? DIRECTIVE.matcher(Whitespace.trimLeft(line.substring(comment.length())))
                : null;
        String name = matcher != null && matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
        if (!KNOWN.contains(name)) {
            done = true;
            return Optional.empty();
        }
        if (!seen.add(name)) {
            throw new SyntaxException("only one " + name + " parser directive can be used");
        }
        return Optional.of(new Directive(name, matcher.group(2), number));
    }
}
