package io.jenkins.plugins.windowsimage.engine.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as people read and write them. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgt";

    private Sizes() {}

    /** Such as {@code 734 B}, {@code 1.2 MB}; decimal units. */
    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.95 && unit < UNITS.length() - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %sB", value, unit == 0 ? "k" : UNITS.substring(unit, unit + 1).toUpperCase(Locale.ROOT));
    }

    /** Such as {@code 0.4s}, {@code 75.0s}. */
    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
    }

    /**
     * Reads {@code 512}, {@code 512k}, {@code 2g}, {@code 2GB}, {@code 1.5G} with binary units, as docker does for memory.
     *
     * @throws IllegalArgumentException with a sentence
     */
    static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a size; write a number with k, m, g or t behind it, such as 2g");
        }
        int unit = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
        double bytes = Double.parseDouble(matcher.group(1)) * Math.pow(1024, unit);
        if (bytes > Long.MAX_VALUE) {
            throw new IllegalArgumentException("\"" + text + "\" is too large");
        }
        return (long) bytes;
    }
}
