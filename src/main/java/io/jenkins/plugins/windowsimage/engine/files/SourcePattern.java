package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A source of COPY or ADD: a path in a tree, or a pattern for several. A link at the end of the path is followed, and
 * so is each one that the pattern matches; the wildcards themselves do not look behind links.
 */
final class SourcePattern {
    /** One thing to copy, and the name that it has in a directory it is copied to. */
    record Match(FileNode node, String name) {}

    private final List<String> literal = new ArrayList<>();
    private final List<GlobPattern> wild = new ArrayList<>();

    /**
     * Reads a source.
     *
     * @param source as in the Dockerfile, with either slash, relative or absolute
     */
    SourcePattern(String source) {
        for (String part : WindowsPath.parts(WindowsPath.clean(source).path())) {
            if (wild.isEmpty() && !GlobPattern.isPattern(part)) {
                literal.add(part);
            } else {
                wild.add(GlobPattern.compile(part));
            }
        }
    }

    /** The path up to the first part with a wildcard. */
    String path() {
        return String.join("/", literal);
    }

    boolean isWild() {
        return !wild.isEmpty();
    }

    /**
     * What there is in the tree.
     *
     * @return empty only if this has wildcards
     * @throws EngineException of kind INVALID_INSTRUCTION if a path without wildcards leads to nothing
     */
    List<Match> in(FileTree tree) throws IOException {
        String path = path();
        FileNode base = FollowedLinks.find(tree, path).orElseThrow(() -> notFound(path));
        if (wild.isEmpty()) {
            return List.of(new Match(base, literal.isEmpty() ? "" : literal.get(literal.size() - 1)));
        }
        List<Match> matches = new ArrayList<>();
        collect(tree, base, 0, matches);
        return matches;
    }

    private void collect(FileTree tree, FileNode directory, int depth, List<Match> matches) throws IOException {
        if (!directory.isDirectory()) {
            return;
        }
        for (FileNode child : tree.children(directory)) {
            if (!wild.get(depth).matches(child.name())) {
                continue;
            }
            if (depth + 1 < wild.size()) {
                collect(tree, child, depth + 1, matches);
            } else {
                Optional<FileNode> node = child.type() == FileType.SYMLINK
                        ? FollowedLinks.find(tree, child.path())
                        : Optional.of(child);
                matches.add(new Match(node.orElseThrow(() -> notFound(child.path())), child.name()));
            }
        }
    }

    static EngineException notFound(String path) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION, "cannot copy \"/" + path + "\": not found",
                "check the path, and whether .dockerignore leaves it out", null);
    }
}
