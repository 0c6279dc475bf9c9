package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The paths that a container sees: its drive C on a volume, with host directories and files mapped into it. */
final class SimPaths {
    private final Path root;
    private final List<Mapping> mappings;

    /**
     * @param hostPath a directory or file
     * @param containerPath absolute Windows path
     */
    record Mapping(Path hostPath, String containerPath, boolean readOnly) {}

    /** What a command runs into. */
    static final class Denied extends Exception {
        private static final long serialVersionUID = 1L;

        Denied(String message) {
            super(message);
        }
    }

    SimPaths(Path root, List<Mapping> mappings) {
        this.root = root;
        this.mappings = List.copyOf(mappings);
    }

    Path root() {
        return root;
    }

    /** Where a path of the container is on this machine, whether it exists or not; names are equal without regard to case. */
    Path find(String path, String workingDirectory, boolean write) throws Denied, IOException {
        String absolute = absolute(path, workingDirectory);
        for (Mapping mapping : mappings) {
            String target = mapping.containerPath.toLowerCase(Locale.ROOT);
            String lower = absolute.toLowerCase(Locale.ROOT);
            if (lower.equals(target) || lower.startsWith(target + "\\")) {
                if (write && mapping.readOnly) {
                    throw new Denied("Access is denied.");
                }
                return walk(mapping.hostPath, absolute.substring(target.length()));
            }
        }
        return walk(root, absolute.substring(2));
    }

    private static String absolute(String path, String workingDirectory) {
        String text = path.replace('/', '\\');
        if (!text.matches("(?i)[a-z]:.*")) {
            text = text.startsWith("\\") ? "C:" + text : workingDirectory + "\\" + text;
        }
        return text.replaceAll("\\\\+", "\\\\").replaceAll("\\\\$", "");
    }

    private static Path walk(Path from, String relative) throws IOException {
        Path path = from;
        for (String name : relative.split("\\\\")) {
            if (!name.isEmpty()) {
                path = child(path, name);
            }
        }
        return path;
    }

    private static Path child(Path directory, String name) throws IOException {
        Path exact = directory.resolve(name);
        if (Files.exists(exact) || !Files.isDirectory(directory)) {
            return exact;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (child.getFileName().toString().equalsIgnoreCase(name)) {
                    return child;
                }
            }
        }
        return exact;
    }
}
