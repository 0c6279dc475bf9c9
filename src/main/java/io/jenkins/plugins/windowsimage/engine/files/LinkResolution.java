package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds entries by paths that lead through symbolic links, without ever leaving the tree: the target of an absolute
 * link counts from the root of the tree, and {@code ..} stops there, as in BuildKit.
 */
final class LinkResolution {
    /** As many as Linux follows; more is taken for a circle. */
    private static final int MOST_LINKS = 40;

    /** Looks at one entry without following anything. */
    @FunctionalInterface
    interface Lookup {
        /**
         * @param directory path of a directory that was found before
         * @param name of an entry in it
         */
        Optional<FileNode> find(String directory, String name) throws IOException;
    }

    private LinkResolution() {}

    /**
     * The entry at a path.
     *
     * @param path with {@code /} between the parts
     * @param followLast whether a link at the end is followed too
     * @return empty also when a part on the way is no directory, or links lead in circles
     */
    static Optional<FileNode> find(FileNode root, String path, boolean followLast, Lookup lookup) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(split(path));
        Deque<FileNode> way = new ArrayDeque<>();
        way.push(root);
        int links = 0;
        while (!ahead.isEmpty()) {
            String part = ahead.pop();
            if (part.equals("..")) {
                if (way.size() > 1) {
                    way.pop();
                }
                continue;
            }
            Optional<FileNode> next = way.peek().isDirectory() ? lookup.find(way.peek().path(),
                    part) : Optional.empty();
            if (next.isEmpty()) {
                return next;
            }
            FileNode node = next.get();
            if (node.type() != FileType.SYMLINK || ahead.isEmpty() && !followLast) {
                way.push(node);
                continue;
            }
            if (++links > MOST_LINKS) {
                return Optional.empty();
            }
            if (isAbsolute(node.linkTarget())) {
                way.clear();
                way.push(root);
            }
            List<String> target = split(withoutDrive(slashed(node)));
            for (int i = target.size() - 1; i >= 0; i--) {
                ahead.push(target.get(i));
            }
        }
        return Optional.of(way.peek());
    }

    /** The path that a link leads to, with the {@code ..} that are left in it. */
    static String target(FileNode link) {
        String target = withoutDrive(slashed(link));
        return isAbsolute(link.linkTarget()) ? target : WindowsPath.join(WindowsPath.parent(link.path()), target);
    }

    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static String slashed(FileNode link) {
        return link.linkTarget().replace('\\', '/');
    }

    private static boolean isAbsolute(String target) {
        return target.startsWith("/") || target.startsWith("\\") || hasDrive(target);
    }

    private static boolean hasDrive(String target) {
        return target.length() > 1 && target.charAt(1) == ':' && Character.isLetter(target.charAt(0));
    }

    private static String withoutDrive(String target) {
        String path = target.startsWith("//?/") ? target.substring(4) : target;
        return hasDrive(path) ? path.substring(2) : path;
    }
}
