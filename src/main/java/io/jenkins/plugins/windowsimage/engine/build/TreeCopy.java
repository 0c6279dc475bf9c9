package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.FollowedLinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes part of a tree as files on this machine, for commands that look at it through a mount. For one copy. */
final class TreeCopy {
    private final FileTree tree;
    private final FileNode root;
    private final Path target;
    private final Map<FileNode, Path> files = new LinkedHashMap<>();
    private final Map<FileNode, Path> links = new LinkedHashMap<>();

    private TreeCopy(FileTree tree, FileNode root, Path target) {
        this.tree = tree;
        this.root = root;
        this.target = target;
    }

    /**
     * Copies a file or a directory with all that is in it. A link becomes a relative link to what it leads to; one that leads to nothing
     * in the copy is left out, so that nothing outside can be reached through it.
     *
     * @param root a file or directory of the tree
     * @param directory existing and empty
     * @return the copy: the directory itself, or the file in it
     */
    static Path copy(FileTree tree, FileNode root, Path directory) throws IOException {
        TreeCopy copy = new TreeCopy(tree, root, root.isDirectory() ? directory : directory.resolve(root.name()));
        copy.collect(root, copy.target);
        tree.read(copy.files.keySet(), (file, content) -> Files.copy(content, copy.files.get(file)));
        copy.writeLinks();
        return copy.target;
    }

    private void collect(FileNode node, Path place) throws IOException {
        if (node.type() == FileType.FILE) {
            files.put(node, place);
        } else if (node.type() == FileType.SYMLINK) {
            links.put(node, place);
        } else {
            Files.createDirectories(place);
            for (FileNode child : tree.children(node)) {
                collect(child, place.resolve(child.name()));
            }
        }
    }

    /** Last, because Windows makes links to directories in another way than links to files. */
    private void writeLinks() throws IOException {
        for (Map.Entry<FileNode, Path> link : links.entrySet()) {
            Optional<FileNode> end = FollowedLinks.find(tree, link.getKey().path());
            if (end.isPresent() && isInCopy(end.get())) {
                Path place = link.getValue();
                Path relative = place.getParent().relativize(placeOf(end.get()));
                Files.createSymbolicLink(place, relative.toString().isEmpty() ? Path.of(".") : relative);
            }
        }
    }

    private boolean isInCopy(FileNode node) {
        return root.path().isEmpty() || node.path().equals(root.path()) || node.path().startsWith(root.path() + "/");
    }

    private Path placeOf(FileNode node) {
        String below = node.path().substring(root.path().length()).replaceFirst("^/", "");
        return below.isEmpty() ? target : target.resolve(below);
    }
}
