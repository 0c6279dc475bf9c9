package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes part of a tree as files on this machine, for commands that look at it through a mount. */
final class TreeCopy {
    private TreeCopy() {}

    /**
     * Copies a file or a directory with all that is in it. Links are followed within the tree; those that lead nowhere are left out.
     *
     * @param directory existing and empty
     * @return the copy: the directory itself, or the file in it
     */
    static Path copy(FileTree tree, FileNode root, Path directory) throws IOException {
        Map<FileNode, Path> files = new LinkedHashMap<>();
        Path target = root.isDirectory() ? directory : directory.resolve(root.name());
        collect(tree, root, target, files, 0);
        tree.read(files.keySet(), (file, content) -> Files.copy(content, files.get(file)));
        return target;
    }

    private static void collect(FileTree tree, FileNode node, Path target, Map<FileNode, Path> files, int depth)
            throws IOException {
        if (node.type() == FileType.FILE) {
            files.put(node, target);
        } else if (node.isDirectory()) {
            Files.createDirectories(target);
            for (FileNode child : tree.children(node)) {
                collect(tree, child, target.resolve(child.name()), files, depth);
            }
        } else if (depth < 40) {
            Optional<FileNode> followed = tree.find(node.path() + "/.");
            if (followed.isPresent()) {
                collect(tree, followed.get(), target, files, depth + 1);
            }
        }
    }
}
