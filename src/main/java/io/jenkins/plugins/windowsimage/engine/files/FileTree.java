package io.jenkins.plugins.windowsimage.engine.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A read-only tree of files that COPY and ADD take from. Paths are relative to its root with {@code /} between the
 * parts; no path leads out of it. Whether spelling matters is the tree's own affair: contexts follow their file system,
 * images are case-insensitive as Windows is. Implementations are safe for several reading threads.
 */
public interface FileTree extends Closeable {

    /**
     * The entry at this path. Symbolic links in the directories on the way are followed within the tree, one at the end
     * is not.
     *
     * @param path empty for the root
     */
    Optional<FileNode> find(String path) throws IOException;

    /** What a directory holds, sorted by name in code point order. */
    List<FileNode> children(FileNode directory) throws IOException;

    /**
     * Reads the contents of files, in the order that costs this tree least (a tree made of compressed layers reads each
     * of them once, from front to back).
     *
     * @param files nodes of this tree of type {@link FileType#FILE}
     * @throws IOException also when a file changed while it was read; the message names it
     */
    void read(Collection<FileNode> files, ContentReader reader) throws IOException;

    /** Takes the content of one file after the other. */
    @FunctionalInterface
    interface ContentReader {
        /**
         * @param content ends after {@link FileNode#size()} bytes; valid during the call only
         */
        void read(FileNode file, InputStream content) throws IOException;
    }
}
