package io.jenkins.plugins.windowsimage.engine.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The here-documents of one instruction: a flat tree in memory, by name. */
public final class HeredocTree implements FileTree {
    private final Map<String, byte[]> contents = new TreeMap<>(NameOrder.INSTANCE);
    private final Instant modified;

    /**
     * Keeps the documents.
     *
     * @param contents by name, one part each; the arrays must not change any more
     * @param modified time of every file
     */
    public HeredocTree(Map<String, byte[]> contents, Instant modified) {
        this.contents.putAll(contents);
        this.modified = modified;
    }

    @Override
    public Optional<FileNode> find(String path) {
        if (path.isEmpty()) {
            return Optional.of(new FileNode("", FileType.DIRECTORY, 0, modified, null, null));
        }
        return contents.containsKey(path) ? Optional.of(node(path)) : Optional.empty();
    }

    private FileNode node(String name) {
        return new FileNode(name, FileType.FILE, contents.get(name).length, modified, null, null);
    }

    @Override
    public List<FileNode> children(FileNode directory) {
        return contents.keySet().stream().map(this::node).toList();
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        for (FileNode file : files) {
            reader.read(file, new ByteArrayInputStream(contents.get(file.path())));
        }
    }

    @Override
    public void close() {
        // Lives in memory alone.
    }
}
