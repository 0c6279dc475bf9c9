package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document written into the Dockerfile: {@code <<NAME}, its lines, {@code NAME}.
 *
 * @param name the word that ends it
 * @param content its lines as written, line endings included
 * @param expand whether variables in it are expanded: false when the word was quoted
 * @param chomp whether tabs at the start of its lines are dropped ({@code <<-})
 */
public record Heredoc(String name, String content, boolean expand, boolean chomp) {
    private static final int MOST = 1000;
    private static final Pattern MARKER = Pattern.compile("\\d*<<(-?)[\\t\\n\\f\\r ]*([^<]*)");
    private static final Pattern LEADING_TABS = Pattern.compile("(?m)^\\t+", Pattern.UNIX_LINES);
    private static final ShellWords NAME = new ShellWords('\\', false, false, false, true);
    private static final ShellWords NAME_WITH_QUOTES = new ShellWords('\\', true, false, false, true);
    private static final ShellWords LINE = new ShellWords('\\', true, true, false, true);

    /** The content, without leading tabs where the heredoc asks for that. */
    public String text() {
        return chomp ? LEADING_TABS.matcher(content).replaceAll("") : content;
    }

    Heredoc withContent(String lines) {
        return new Heredoc(name, lines, expand, chomp);
    }

    /** The heredocs that a line announces, their content still empty. */
    static List<Heredoc> announcedBy(String line) throws SyntaxException {
        List<Heredoc> found = new ArrayList<>();
        List<String> words;
        try {
            words = LINE.expand(line, Variables.NONE).words();
        } catch (ExpansionException e) {
            // What the lexer cannot read is not a heredoc; the instruction says what is wrong with it.
            return found;
        }
        for (String word : words) {
            try {
                marker(word).ifPresent(found::add);
                if (found.size() > MOST) {
                    throw new SyntaxException("one instruction cannot have more than " + MOST + " heredocs");
                }
            } catch (ExpansionException e) {
                throw new SyntaxException(e.getMessage());
            }
        }
        return found;
    }

    /** The heredoc that a single word announces. */
    static Optional<Heredoc> ofWord(String word) {
        try {
            return marker(word);
        } catch (ExpansionException e) {
            return Optional.empty();
        }
    }

    private static Optional<Heredoc> marker(String word) throws ExpansionException {
        Matcher matcher = MARKER.matcher(word);
        if (!matcher.matches() || matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        List<String> plain = NAME.expand(matcher.group(2), Variables.NONE).words();
        if (plain.size() != 1) {
            return Optional.empty();
        }
        String quoted = NAME_WITH_QUOTES.expand(matcher.group(2), Variables.NONE).text();
        boolean expand = quotes(plain.get(0)) == quotes(quoted);
        return Optional.of(new Heredoc(plain.get(0), "", expand, !matcher.group(1).isEmpty()));
    }

    private static long quotes(String text) {
        return text.chars().filter(c -> c == '\'' || c == '"').count();
    }
}
