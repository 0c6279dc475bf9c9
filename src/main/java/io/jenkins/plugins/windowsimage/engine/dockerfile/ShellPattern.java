package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Arrays;

/**
 * The pattern of <code>${name#pattern}</code>, <code>${name%pattern}</code> and <code>${name/pattern/text}</code>: {@code *}
 * for any text, {@code ?} for one character, a backslash before one of the two or before a backslash for the character itself.
 * Neither matches a line feed. Matching takes time proportional to pattern times value.
 */
final class ShellPattern {
    private static final int STAR = -1;
    private static final int ANY = -2;
    private static final int NONE = Integer.MAX_VALUE;

    private final int[] tokens;

    private ShellPattern(int[] tokens) {
        this.tokens = tokens;
    }

    static ShellPattern compile(String pattern) throws ExpansionException {
        int[] c = pattern.codePoints().toArray();
        int[] tokens = new int[c.length];
        int count = 0;
        for (int i = 0; i < c.length; i++) {
            if (c[i] == '\\') {
                i++;
                // Before } and / the backslash only protected the character from ending the pattern.
                if (i >= c.length || "*?\\}/".indexOf(c[i]) < 0) {
                    throw new ExpansionException("invalid pattern (" + pattern + ") in substitution: invalid escape '\\"
                            + (i < c.length ? Character.toString(c[i]) : "\uFFFD") + "'");
                }
                tokens[count++] = c[i];
            } else {
                tokens[count++] = c[i] == '*' ? STAR : c[i] == '?' ? ANY : c[i];
            }
        }
        return new ShellPattern(Arrays.copyOf(tokens, count));
    }

    String withoutPrefix(String value, boolean longest) {
        int[] text = value.codePoints().toArray();
        int end = search(tokens, text, 0, true, longest).end;
        return end < 0 ? value : new String(text, end, text.length - end);
    }

    String withoutSuffix(String value, boolean longest) {
        int[] text = reversed(value.codePoints().toArray());
        int end = search(reversed(tokens), text, 0, true, longest).end;
        return end < 0 ? value : new String(reversed(Arrays.copyOfRange(text, end, text.length)), 0, text.length - end);
    }

    String replace(String value, String replacement, boolean all) {
        int[] text = value.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        int copied = 0;
        int from = 0;
        while (from <= text.length) {
            Span match = search(tokens, text, from, false, true);
            if (match.end < 0) {
                break;
            }
            out.append(new String(text, copied, match.start - copied));
            // Like Go, an empty match right behind another match does not count.
            if (match.end > copied || match.start == 0) {
                out.append(replacement);
            }
            copied = match.end;
            from = Math.max(match.end, match.start + 1);
            if (!all) {
                break;
            }
        }
        return out.append(new String(text, copied, text.length - copied)).toString();
    }

    /**
     * Finds the leftmost match, following all of them at once.
     *
     * @param anchored whether the match must begin at {@code from}
     */
    private static Span search(int[] tokens, int[] text, int from, boolean anchored, boolean longest) {
        // For every state of the pattern the leftmost place at which a match that reached it began.
        int[] starts = fresh(tokens);
        Span best = new Span(NONE, -1);
        for (int i = from; i <= text.length; i++) {
            if (best.end < 0 && (i == from || !anchored)) {
                enter(tokens, starts, 0, i);
            }
            int complete = starts[tokens.length];
            if (complete <= best.start && complete != NONE) {
                best = new Span(complete, i);
                if (!longest) {
                    return best;
                }
            }
            int[] next = fresh(tokens);
            boolean alive = false;
            for (int t = 0; i < text.length && t < tokens.length; t++) {
                if (starts[t] > best.start || starts[t] == NONE) {
                    continue;
                }
                if (tokens[t] == STAR && text[i] != '\n') {
                    enter(tokens, next, t, starts[t]);
                    alive = true;
                } else if (tokens[t] == text[i] || (tokens[t] == ANY && text[i] != '\n')) {
                    enter(tokens, next, t + 1, starts[t]);
                    alive = true;
                }
            }
            if (!alive && (anchored || best.end >= 0)) {
                break;
            }
            starts = next;
        }
        return best;
    }

    private static int[] fresh(int[] tokens) {
        int[] starts = new int[tokens.length + 1];
        Arrays.fill(starts, NONE);
        return starts;
    }

    private static void enter(int[] tokens, int[] starts, int t, int start) {
        int state = t;
        starts[state] = Math.min(starts[state], start);
        while (state < tokens.length && tokens[state] == STAR) {
            state++;
            starts[state] = Math.min(starts[state], start);
        }
    }

    private static int[] reversed(int[] values) {
        int[] out = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = values[values.length - 1 - i];
        }
        return out;
    }

    /** Where a match begins and ends; the end is -1 when there is none. */
    private record Span(int start, int end) {}
}
