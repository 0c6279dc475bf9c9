package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations such as {@code 1m30s} in the form of Go's {@code time} package, which HEALTHCHECK uses. */
public final class GoDuration {
    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00B5s", 1_000L,
            "\u03BCs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([^\\d.]*)");
    private static final BigDecimal MAXIMUM = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /**
     * Reads a duration.
     *
     * @return nanoseconds
     * @throws IllegalArgumentException with Go's sentence if the text is no duration
     */
    public static long parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return 0;
        }
        if (rest.isEmpty()) {
            throw invalid(text);
        }
        BigDecimal total = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (end < rest.length()) {
            if (!part.find() || part.start() != end) {
                throw invalid(text);
            }
            String unit = part.group(2);
            if (unit.isEmpty()) {
                throw new IllegalArgumentException("time: missing unit in duration " + GoQuote.quote(text));
            }
            Long nanoseconds = NANOSECONDS.get(unit);
            if (nanoseconds == null) {
                throw new IllegalArgumentException(
                        "time: unknown unit " + GoQuote.quote(unit) + " in duration " + GoQuote.quote(text));
            }
            total = total.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanoseconds)));
            end = part.end();
        }
        if (total.compareTo(MAXIMUM) > 0) {
            throw invalid(text);
        }
        long value = total.setScale(0, RoundingMode.DOWN).longValueExact();
        return negative ? -value : value;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration " + GoQuote.quote(text));
    }

    /** Writes a duration that is not negative as Go's {@code Duration.String} does. */
    public static String format(long nanoseconds) {
        if (nanoseconds == 0) {
            return "0s";
        }
        if (nanoseconds < 1_000) {
            return nanoseconds + "ns";
        }
        if (nanoseconds < 1_000_000) {
            return decimal(nanoseconds, 3) + "\u00B5s";
        }
        if (nanoseconds < 1_000_000_000) {
            return decimal(nanoseconds, 6) + "ms";
        }
        long seconds = nanoseconds / 1_000_000_000L;
        long hours = seconds / 3600;
        long minutes = seconds / 60 % 60;
        String rest = decimal(nanoseconds % 60_000_000_000L, 9) + "s";
        return (hours > 0 ? hours + "h" : "") + (hours > 0 || minutes > 0 ? minutes + "m" : "") + rest;
    }

    private static String decimal(long nanoseconds, int scale) {
        BigDecimal value = BigDecimal.valueOf(nanoseconds, scale).stripTrailingZeros();
        return value.signum() == 0 ? "0" : value.toPlainString();
    }
}
