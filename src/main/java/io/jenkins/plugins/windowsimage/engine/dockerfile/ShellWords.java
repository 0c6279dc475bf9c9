package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Expands words of a Dockerfile: quotes, escapes, {@code $name} and <code>${name...}</code> with every modifier, and the split
 * into words. Follows BuildKit's {@code shell.Lex}. Immutable and thread-safe.
 *
 * @param escape the escape character of the Dockerfile
 * @param keepQuotes whether quotes stay in the result
 * @param keepEscapes whether escape characters stay in the result
 * @param plainQuotes whether quotes are ordinary characters
 * @param keepUnset whether a variable that is not set stays as it is written
 */
public record ShellWords(
        char escape, boolean keepQuotes, boolean keepEscapes, boolean plainQuotes, boolean keepUnset) {

    /**
     * What became of a word.
     *
     * @param text the expanded word, spaces kept
     * @param words the expanded word cut at spaces that are not quoted
     * @param used names of variables that were found
     * @param missing names of variables that were not set
     */
    public record Result(String text, List<String> words, Set<String> used, Set<String> missing) {
        public Result {
            words = List.copyOf(words);
            used = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(used));
            missing = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(missing));
        }
    }

    /** The ordinary rules: quotes and escapes are taken away, what is not set is empty. */
    public ShellWords(char escape) {
        this(escape, false, false, false, false);
    }

    /** These rules, but quotes and variables that are not set stay as they are: for texts that are shown. */
    public ShellWords forDisplay() {
        return new ShellWords(escape, true, keepEscapes, plainQuotes, true);
    }

    /** The rules inside a heredoc: quotes mean nothing. */
    public static ShellWords inHeredoc() {
        return new ShellWords('\\', false, false, true, false);
    }

    /**
     * Expands a word.
     *
     * @throws ExpansionException if the word has a syntax error or demands a variable that is not set
     */
    public Result expand(String word, Variables variables) throws ExpansionException {
        return new ShellLexer(word, this, variables).run();
    }
}
