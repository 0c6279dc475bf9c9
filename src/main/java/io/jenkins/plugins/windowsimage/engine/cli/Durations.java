package io.jenkins.plugins.windowsimage.engine.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them. */
final class Durations {
    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s?)?");

    private Durations() {}

    /**
     * Reads {@code 90s}, {@code 30m}, {@code 2h}, {@code 7d}, {@code 1h30m}, or a number of seconds.
     *
     * @throws IllegalArgumentException with a sentence
     */
    static Duration parse(String text) {
        Matcher matcher = DURATION.matcher(text.trim());
        if (text.isBlank() || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a duration; write a number with s, m, h or d behind it, such as 30m");
        }
        try {
            return Duration.ofDays(number(matcher, 1))
                    .plusHours(number(matcher, 2))
                    .plusMinutes(number(matcher, 3))
                    .plusSeconds(number(matcher, 4));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is too long a duration", e);
        }
    }

    private static long number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }
}
