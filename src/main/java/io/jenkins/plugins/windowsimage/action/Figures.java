package io.jenkins.plugins.windowsimage.action;

import hudson.Functions;
import hudson.Util;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
    private static final int SHORT_DIGEST = 12;

    private Figures() {}

    /** Such as {@code 1.20 MiB}. */
    static String size(long bytes) {
        return Functions.humanReadableByteSize(bytes);
    }

    /** The difference of two sizes with its sign; null when there is none or nothing to compare with. */
    static String change(long before, long after) {
        if (before <= 0 || before == after) {
            return null;
        }
        return after > before ? "+" + size(after - before) : "\u2212" + size(before - after);
    }

    /** Such as {@code 2 min 3 sec}. */
    static String duration(long millis) {
        return Util.getTimeSpanString(millis);
    }

    /** Share in percent, with two digits and a point whatever the language; for coordinates. */
    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f%%", whole <= 0 ? 0.0 : Math.min(100.0, 100.0 * part / whole));
    }

    /** The first 12 digits of a digest, as docker shows it; null for null. */
    static String shortDigest(String digest) {
        if (digest == null) {
            return null;
        }
        int start = digest.indexOf(':') + 1;
        return digest.substring(start, Math.min(digest.length(), start + SHORT_DIGEST));
    }
}
