package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant: at most two letters away from the one that was written. */
public final class Suggestion {
    private static final int FARTHEST = 2;

    private Suggestion() {}

    /** The nearest option; empty when none is near or the word itself is an option. */
    public static Optional<String> nearest(String word, Collection<String> options) {
        String best = null;
        int distance = FARTHEST + 1;
        for (String option : options) {
            if (option.equals(word)) {
                return Optional.empty();
            }
            int candidate = distance(word, option, distance);
            if (candidate < distance) {
                distance = candidate;
                best = option;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Like {@link #nearest} without regard to case; the answer is in upper case when all of the word is, else in lower case. */
    public static Optional<String> nearestKeyword(String word, Collection<String> upperCaseOptions) {
        String upper = word.toUpperCase(Locale.ROOT);
        boolean shouts = word.equals(upper) && !word.equals(word.toLowerCase(Locale.ROOT));
        return nearest(upper, upperCaseOptions).map(option -> shouts ? option : option.toLowerCase(Locale.ROOT));
    }

    /** What to put behind a message: {@code  (did you mean X?)} or nothing. */
    public static String suffix(Optional<String> nearest) {
        return nearest.map(option -> " (did you mean " + option + "?)").orElse("");
    }

    /** Letters to change, add, drop or swap with their neighbour; {@code limit} when it is that or more. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] twoAbove = new int[0];
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            int smallest = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
                }
                smallest = Math.min(smallest, row[j]);
            }
            if (smallest > limit) {
                return limit;
            }
            twoAbove = above;
            above = row;
        }
        return Math.min(above[b.length()], limit);
    }
}
