package io.jenkins.plugins.windowsimage.engine.files;

import java.time.Instant;

/**
 * One entry of a {@link FileTree}.
 *
 * @param path from the root of the tree, parts separated by {@code /}, in the tree's own spelling; empty for the root
 * @param type file, directory or symbolic link
 * @param size length in bytes of a file's content, else 0
 * @param modified last write
 * @param linkTarget what a symbolic link points at, as it is written; null for the others
 * @param identity equal for hard links to the same content within one tree; null when the entry has one name only
 */
public record FileNode(String path, FileType type, long size, Instant modified, String linkTarget, Object identity) {

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }
}
