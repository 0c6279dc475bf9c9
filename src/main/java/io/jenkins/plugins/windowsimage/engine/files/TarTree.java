package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a tar archive holds: a tree over an index in memory and contents in a temporary file. Spelling matters. */
final class TarTree implements FileTree {
    private final NodeIndex index;
    private final SpoolFile contents;

    /** @param contents closed with this tree */
    TarTree(NodeIndex index, SpoolFile contents) {
        this.index = index;
        this.contents = contents;
    }

    @Override
    public Optional<FileNode> find(String path) throws IOException {
        return find(index, path, false);
    }

    /** The entry at this path; links are followed within the archive. */
    static Optional<FileNode> find(NodeIndex index, String path, boolean followLast) throws IOException {
        return LinkResolution.find(index.node(NodeIndex.ROOT, ""), path, followLast, (directory, name) -> {
            int row = index.child(row(index, directory), name);
            return row == NodeIndex.ABSENT ? Optional.empty() : Optional.of(index.node(row, WindowsPath.join(directory, name)));
        });
    }

    /** The row of a path that was found, or {@link NodeIndex#ABSENT}. */
    static int row(NodeIndex index, String path) {
        int row = NodeIndex.ROOT;
        for (int start = 0; start < path.length() && row != NodeIndex.ABSENT; ) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            row = index.child(row, path.substring(start, end));
            start = end + 1;
        }
        return row;
    }

    @Override
    public List<FileNode> children(FileNode directory) {
        int row = row(index, directory.path());
        return row == NodeIndex.ABSENT ? List.of() : index.children(row, directory.path());
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        for (FileNode file : files) {
            int row = row(index, file.path());
            if (row == NodeIndex.ABSENT || index.type(row) != FileType.FILE) {
                throw new NoSuchFileException(file.path(), null, "is no file of the archive");
            }
            try (InputStream content = contents.read(index.place(row), file.size())) {
                reader.read(file, content);
            }
        }
    }

    @Override
    public void close() throws IOException {
        contents.close();
    }
}
