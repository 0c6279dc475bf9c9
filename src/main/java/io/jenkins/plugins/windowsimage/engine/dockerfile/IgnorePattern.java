package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One pattern of a {@code .dockerignore} or an {@code --exclude} flag: Go's {@code filepath.Match} and {@code **} for any
 * number of directories, with the meaning that moby/patternmatcher gives it. Matching takes time proportional to pattern
 * length times path length, whatever the pattern. Immutable.
 */
final class IgnorePattern {
    private static final int END = -1;

    private final boolean exception;
    private final String text;
    private final List<Token> tokens;
    private final boolean literal;
    private final boolean deep;
    private final List<IgnorePattern> parts;

    private IgnorePattern(boolean exception, String text, boolean whole) {
        this.exception = exception;
        this.text = text;
        this.deep = text.contains("**");
        this.tokens = tokens(text);
        this.literal = tokens.stream().allMatch(token -> token.kind == Kind.CHARACTER);
        this.parts = whole && !deep ? parts(text) : List.of();
    }

    /**
     * @param pattern a clean path, {@code /} between its parts
     * @param exception whether it takes paths out of what earlier patterns matched
     * @throws IllegalArgumentException with a sentence if a bracket expression is not closed
     */
    static IgnorePattern compile(String pattern, boolean exception) {
        return new IgnorePattern(exception, pattern, true);
    }

    boolean isException() {
        return exception;
    }

    @Override
    public String toString() {
        return (exception ? "!" : "") + text;
    }

    /** Whether the pattern matches the path or a directory above it. */
    boolean matchesOrParent(String path) {
        for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (matches(path.substring(0, slash))) {
                return true;
            }
        }
        return matches(path);
    }

    /** Whether something below the directory can match that does not already match with the directory itself. */
    boolean mayMatchBelow(String directory) {
        if (deep) {
            return true;
        }
        String[] names = directory.split("/");
        if (parts.size() <= names.length) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            if (!parts.get(i).matches(names[i])) {
                return false;
            }
        }
        return true;
    }

    boolean matches(String path) {
        if (literal && tokens.size() == path.codePointCount(0, path.length())) {
            int[] characters = path.codePoints().toArray();
            for (int i = 0; i < characters.length; i++) {
                if (tokens.get(i).character != characters[i]) {
                    return false;
                }
            }
            return true;
        }
        return !literal && simulate(path);
    }

    /** Runs all ways through the pattern at once, so that no pattern can take exponential time. */
    private boolean simulate(String path) {
        BitSet at = new BitSet(tokens.size() + 1);
        enter(at, 0, true);
        for (int i = 0; i < path.length() && !at.isEmpty(); ) {
            int c = path.codePointAt(i);
            i += Character.charCount(c);
            BitSet next = new BitSet(tokens.size() + 1);
            for (int t = at.nextSetBit(0); t >= 0 && t < tokens.size(); t = at.nextSetBit(t + 1)) {
                step(tokens.get(t), t, c, next);
            }
            at = next;
        }
        return at.get(tokens.size());
    }

    private void step(Token token, int t, int c, BitSet next) {
        switch (token.kind) {
            case STAR -> {
                if (c != '/') {
                    enter(next, t, true);
                }
            }
            case DEEP_ALL -> enter(next, t, true);
            case DEEP_DIRECTORIES -> {
                // Inside "any directories" the way out is open only behind a slash.
                next.set(t);
                if (c == '/') {
                    enter(next, t + 1, true);
                }
            }
            default -> {
                if (token.accepts(c)) {
                    enter(next, t + 1, true);
                }
            }
        }
    }

    private void enter(BitSet states, int t, boolean skip) {
        states.set(t);
        if (skip && t < tokens.size() && tokens.get(t).kind.mayBeEmpty) {
            enter(states, t + 1, true);
        }
    }

    private static List<IgnorePattern> parts(String text) {
        return Arrays.stream(text.split("/")).map(part -> new IgnorePattern(false, part, false)).toList();
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int[] c = text.codePoints().toArray();
        int i = 0;
        while (i < c.length) {
            switch (c[i]) {
                case '*' -> {
                    if (peek(c, i + 1) != '*') {
                        tokens.add(new Token(Kind.STAR, 0, null));
                        i++;
                        break;
                    }
                    i += 2;
                    boolean slash = peek(c, i) == '/';
                    i += slash ? 1 : 0;
                    if (i == c.length) {
                        tokens.add(new Token(Kind.DEEP_ALL, 0, null));
                    } else if (tokens.isEmpty() && !slash) {
                        // "**name" at the start also matches within a name, as a plain suffix.
                        tokens.add(new Token(Kind.DEEP_ALL, 0, null));
                    } else {
                        tokens.add(new Token(Kind.DEEP_DIRECTORIES, 0, null));
                    }
                }
                case '?' -> {
                    tokens.add(new Token(Kind.ANY, 0, null));
                    i++;
                }
                case '\\' -> {
                    // Before a special character the backslash escapes it; elsewhere it is a separator, as on Windows.
                    boolean escapes = i + 1 < c.length && "*?[]\\!# ".indexOf(c[i + 1]) >= 0;
                    tokens.add(new Token(Kind.CHARACTER, escapes ? c[i + 1] : '/', null));
                    i += escapes ? 2 : 1;
                }
                case '[' -> {
                    int end = classEnd(c, i);
                    tokens.add(new Token(Kind.CLASS, 0, Arrays.copyOfRange(c, i + 1, end)));
                    i = end + 1;
                }
                default -> tokens.add(new Token(Kind.CHARACTER, c[i++], null));
            }
        }
        return tokens;
    }

    /** Where the bracket closes that opens a class: members and ranges, none of whose ends is a bare {@code -} or {@code ]}. */
    private static int classEnd(int[] c, int open) {
        int first = peek(c, open + 1) == '^' ? open + 2 : open + 1;
        int i = first;
        while (i == first || peek(c, i) != ']') {
            i = memberEnd(c, i);
            if (peek(c, i) == '-') {
                i = memberEnd(c, i + 1);
            }
        }
        return i;
    }

    private static int memberEnd(int[] c, int start) {
        int character = peek(c, start);
        if (character == '-' || character == ']') {
            throw new IllegalArgumentException("\"" + Character.toString(character) + "\" in brackets needs a backslash before it");
        }
        int end = start + (character == '\\' ? 2 : 1);
        if (end >= c.length) {
            throw new IllegalArgumentException("the bracket \"[\" is not closed");
        }
        return end;
    }

    private static int peek(int[] c, int i) {
        return i < c.length ? c[i] : END;
    }

    private enum Kind {
        CHARACTER(false),
        ANY(false),
        CLASS(false),
        STAR(true),
        DEEP_DIRECTORIES(true),
        DEEP_ALL(true);

        private final boolean mayBeEmpty;

        Kind(boolean mayBeEmpty) {
            this.mayBeEmpty = mayBeEmpty;
        }
    }

    private record Token(Kind kind, int character, int[] members) {
        boolean accepts(int c) {
            return switch (kind) {
                case CHARACTER -> c == character;
                case ANY -> c != '/';
                case CLASS -> isMember(c);
                default -> false;
            };
        }

        private boolean isMember(int c) {
            boolean negated = members[0] == '^';
            boolean member = false;
            int i = negated ? 1 : 0;
            while (i < members.length) {
                i += members[i] == '\\' && i + 1 < members.length ? 1 : 0;
                int low = members[i++];
                int high = low;
                if (i + 1 < members.length && members[i] == '-') {
                    i++;
                    i += members[i] == '\\' && i + 1 < members.length ? 1 : 0;
                    high = members[i++];
                }
                member |= low <= c && c <= high;
            }
            return member != negated && c != '/';
        }
    }
}
