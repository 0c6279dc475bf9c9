package io.jenkins.plugins.windowsimage.engine.files;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern for one part of a path, with the meaning of Go's {@code filepath.Match} off Windows: {@code *}, {@code ?},
 * {@code [a-z]}, {@code [^a-z]} and a backslash before a character that stands for itself. A pattern that is malformed matches
 * nothing, as in BuildKit. Takes time proportional to pattern length times name length. Immutable.
 */
public final class GlobPattern {
    private final List<Token> tokens;

    private GlobPattern(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** What one place of a pattern accepts: any number of characters, or one out of ranges. */
    private record Token(boolean star, boolean negated, int[] ranges) {
        boolean accepts(int c) {
            boolean found = false;
            for (int i = 0; i < ranges.length && !found; i += 2) {
                found = ranges[i] <= c && c <= ranges[i + 1];
            }
            return found != negated;
        }
    }

    /** Whether the text has a character in it that makes it a pattern. */
    public static boolean isPattern(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    /** @param pattern without a slash */
    public static GlobPattern compile(String pattern) {
        return new GlobPattern(new Parser(pattern.codePoints().toArray()).tokens());
    }

    /** Whether the whole name is what the pattern describes. */
    public boolean matches(String name) {
        if (tokens == null) {
            return false;
        }
        BitSet at = new BitSet(tokens.size() + 1);
        enter(at, 0);
        for (int i = 0; i < name.length() && !at.isEmpty(); ) {
            int c = name.codePointAt(i);
            i += Character.charCount(c);
            BitSet next = new BitSet(tokens.size() + 1);
            for (int t = at.nextSetBit(0); t >= 0 && t < tokens.size(); t = at.nextSetBit(t + 1)) {
                Token token = tokens.get(t);
                if (token.star) {
                    enter(next, t);
                } else if (token.accepts(c)) {
                    enter(next, t + 1);
                }
            }
            at = next;
        }
        return at.get(tokens.size());
    }

    private void enter(BitSet states, int token) {
        int t = token;
        states.set(t);
        while (t < tokens.size() && tokens.get(t).star) {
            states.set(++t);
        }
    }

    /** Reads a pattern from left to right. */
    private static final class Parser {
        private static final Token STAR = new Token(true, false, new int[0]);
        private static final Token ANY = new Token(false, true, new int[0]);

        private final int[] text;
        private int next;

        Parser(int[] text) {
            this.text = text;
        }

        /** Null if the pattern is malformed. */
        List<Token> tokens() {
            List<Token> tokens = new ArrayList<>();
            while (next < text.length) {
                int c = text[next++];
                if (c == '*') {
                    tokens.add(STAR);
                } else if (c == '?') {
                    tokens.add(ANY);
                } else if (c == '[') {
                    Token members = members();
                    if (members == null) {
                        return null;
                    }
                    tokens.add(members);
                } else {
                    if (c == '\\') {
                        if (next == text.length) {
                            return null;
                        }
                        c = text[next++];
                    }
                    tokens.add(new Token(false, false, new int[] {c, c}));
                }
            }
            return tokens;
        }

        private Token members() {
            boolean negated = next < text.length && text[next] == '^';
            next += negated ? 1 : 0;
            List<Integer> ranges = new ArrayList<>();
            while (next >= text.length || text[next] != ']' || ranges.isEmpty()) {
                int low = member();
                int high = low;
                if (low >= 0 && next < text.length && text[next] == '-') {
                    next++;
                    high = member();
                }
                if (low < 0 || high < 0) {
                    return null;
                }
                ranges.add(low);
                ranges.add(high);
            }
            next++;
            return new Token(false, negated, ranges.stream().mapToInt(Integer::intValue).toArray());
        }

        /** One end of a range; -1 if there is none. */
        private int member() {
            if (next >= text.length || text[next] == '-' || text[next] == ']') {
                return -1;
            }
            if (text[next] == '\\' && ++next >= text.length) {
                return -1;
            }
            return text[next++];
        }
    }
}
