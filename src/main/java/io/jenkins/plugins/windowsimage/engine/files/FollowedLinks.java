package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.util.Optional;

/** Finds what a path leads to when a link at its end is followed as well, within the tree. */
public final class FollowedLinks {
    private static final int MOST_LINKS = 40;

    private FollowedLinks() {}

    /** The file or directory at the end of all links; empty for a link to nowhere or in circles. */
    public static Optional<FileNode> find(FileTree tree, String path) throws IOException {
        Optional<FileNode> node = tree.find(path);
        for (int links = 0; node.isPresent() && node.get().type() == FileType.SYMLINK; links++) {
            if (links == MOST_LINKS) {
                return Optional.empty();
            }
            node = tree.find(LinkResolution.target(node.get()));
        }
        return node;
    }
}
