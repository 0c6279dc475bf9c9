package io.jenkins.plugins.windowsimage.engine.dockerfile;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a {@code .dockerignore} file leaves out of the build context. The last pattern that matches a path, or a directory above
 * it, decides; a pattern that starts with {@code !} brings paths back. The meaning is that of moby/patternmatcher, except that
 * a backslash before an ordinary character separates directories, as Windows users write it. Immutable and thread-safe.
 */
public final class IgnoreFile {
    /** Leaves out nothing. */
    public static final IgnoreFile NONE = new IgnoreFile(List.of());

    private final List<IgnorePattern> patterns;
    private final boolean exceptions;

    private IgnoreFile(List<IgnorePattern> patterns) {
        this.patterns = List.copyOf(patterns);
        this.exceptions = patterns.stream().anyMatch(IgnorePattern::isException);
    }

    /**
     * Reads the text of a {@code .dockerignore} file.
     *
     * @throws EngineException of kind CONTEXT_READ, naming the line, if a pattern is not one
     */
    public static IgnoreFile parse(String text) {
        List<IgnorePattern> patterns = new ArrayList<>();
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            // Only a # in the first column starts a comment.
            if (!lines[i].startsWith("#")) {
                add(patterns, lines[i], ".dockerignore line " + (i + 1));
            }
        }
        return new IgnoreFile(patterns);
    }

    /**
     * The patterns of {@code --exclude} flags, which have the same meaning.
     *
     * @throws EngineException of kind CONTEXT_READ if one is not a pattern
     */
    public static IgnoreFile ofPatterns(List<String> list) {
        List<IgnorePattern> patterns = new ArrayList<>();
        list.forEach(pattern -> add(patterns, pattern, "--exclude"));
        return new IgnoreFile(patterns);
    }

    private static void add(List<IgnorePattern> patterns, String line, String where) {
        String pattern = Whitespace.trim(line);
        boolean exception = pattern.startsWith("!");
        if (exception) {
            pattern = Whitespace.trim(pattern.substring(1));
            if (pattern.isEmpty()) {
                throw new EngineException(
                        ErrorKind.CONTEXT_READ, where + ": illegal exclusion pattern: \"!\" needs a pattern behind it");
            }
        }
        if (pattern.isEmpty()) {
            return;
        }
        try {
            patterns.add(IgnorePattern.compile(clean(pattern), exception));
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    ErrorKind.CONTEXT_READ, where + ": \"" + pattern + "\" is not a pattern: " + e.getMessage());
        }
    }

    /** Resolves {@code .}, {@code ..} and double slashes, and drops slashes at either end. */
    private static String clean(String pattern) {
        Deque<String> parts = new ArrayDeque<>();
        boolean rooted = pattern.startsWith("/");
        for (String part : pattern.split("/")) {
            if (part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(part.equals("..") && rooted)) {
                parts.addLast(part);
            }
        }
        return parts.isEmpty() ? (rooted ? "/" : ".") : String.join("/", parts);
    }

    /** Whether the file has no pattern at all. */
    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** Whether a pattern brings paths back. */
    public boolean hasExceptions() {
        return exceptions;
    }

    /** Whether a pattern leaves out everything in the root: {@code *}, {@code **} or {@code **}{@code /*}. */
    public boolean excludesEverything() {
        return patterns.stream()
                .anyMatch(pattern -> List.of("*", "**", "**/*").contains(pattern.toString()));
    }

    /**
     * Whether the file or directory is left out.
     *
     * @param path relative to the root of the context, {@code /} between its parts
     */
    public boolean excludes(String path) {
        boolean excluded = false;
        for (IgnorePattern pattern : patterns) {
            // A pattern that could not change the answer is not asked.
            if (pattern.isException() == excluded && pattern.matchesOrParent(path)) {
                excluded = !excluded;
            }
        }
        return excluded;
    }

    /**
     * Whether a directory that is left out may hold something that a {@code !} pattern brings back. A walk can skip the
     * directory when this is false; when it is true it must look inside.
     *
     * @param directory relative to the root of the context, {@code /} between its parts
     */
    public boolean mayReinclude(String directory) {
        return exceptions
                && patterns.stream()
                        .anyMatch(pattern -> pattern.isException() && pattern.mayMatchBelow(directory));
    }
}
