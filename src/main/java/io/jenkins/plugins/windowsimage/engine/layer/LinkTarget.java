package io.jenkins.plugins.windowsimage.engine.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where symbolic links and junctions lead within one tree of files. */
final class LinkTarget {
    /** Drive C, by its letter or as the volume that a junction names, in any of the prefixes Windows has for them. */
    private static final Pattern ABSOLUTE =
            Pattern.compile("(?:[\\\\/][\\\\/?][?.][\\\\/])?(?:[cC]:|Volume\\{[0-9A-Fa-f-]+})(?:[\\\\/](.*))?");
    private static final Pattern OTHER_ROOT = Pattern.compile("[a-zA-Z]:.*|[\\\\/][\\\\/?].*");

    private LinkTarget() {}

    /**
     * The path that a link points at, relative to the root of its tree.
     *
     * @param link path of the link
     * @param target as the link has it
     * @return null if it leads out of the tree, to another drive or another machine
     */
    static String resolve(String link, String target) {
        Matcher absolute = ABSOLUTE.matcher(target);
        String rest = target;
        Deque<String> parts = new ArrayDeque<>();
        if (absolute.matches()) {
            rest = absolute.group(1) == null ? "" : absolute.group(1);
        } else if (OTHER_ROOT.matcher(target).matches()) {
            return null;
        } else if (!target.startsWith("/") && !target.startsWith("\\")) {
            append(parts, link);
            parts.removeLast();
        }
        return append(parts, rest) ? String.join("/", parts) : null;
    }

    /** Walks on along a path; false if it climbs above the root. */
    private static boolean append(Deque<String> parts, String path) {
        for (String part : path.split("[\\\\/]+")) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    return false;
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return true;
    }
}
