package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A file that was downloaded: a tree with nothing else in it. Its content is gone when it is closed. Thread-safe. */
public final class RemoteFile implements FileTree {
    private final FileNode root;
    private final FileNode file;
    private final SpoolFile content;

    /** @param content complete; closed with this tree */
    RemoteFile(String name, Instant modified, SpoolFile content) {
        this.root = new FileNode("", FileType.DIRECTORY, 0, modified, null, null);
        this.file = new FileNode(name, FileType.FILE, content.length(), modified, null, null);
        this.content = content;
    }

    /** The file. */
    public FileNode file() {
        return file;
    }

    @Override
    public Optional<FileNode> find(String path) {
        return path.isEmpty() ? Optional.of(root) : path.equals(file.path()) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public List<FileNode> children(FileNode directory) {
        return List.of(file);
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        for (FileNode wanted : files) {
            try (InputStream stream = content.read(0, file.size())) {
                reader.read(wanted, stream);
            }
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
