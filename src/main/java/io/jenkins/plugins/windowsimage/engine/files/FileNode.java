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
 * @param stamp of the file when it was found; null for other types, and in trees that are no directories of this machine
 */
public record FileNode(
        String path, FileType type, long size, Instant modified, String linkTarget, Object identity, FileStamp stamp) {

    /** An entry that has no stamp. */
    public FileNode(String path, FileType type, long size, Instant modified, String linkTarget, Object identity) {
        this(path, type, size, modified, linkTarget, identity, null);
    }

    /** Of the path alone, which tells the entries of a tree apart. */
    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }
}
