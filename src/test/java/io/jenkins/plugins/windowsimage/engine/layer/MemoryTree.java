package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A tree of files in memory that delivers them in reverse order, as trees may. */
final class MemoryTree implements FileTree {
    static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    private final Map<String, FileNode> nodes = new TreeMap<>();
    private final Map<String, byte[]> contents = new HashMap<>();

    MemoryTree file(String path, String content) {
        return file(path, content, null);
    }

    MemoryTree file(String path, String content, Object identity) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        contents.put(path, bytes);
        nodes.put(path, new FileNode(path, FileType.FILE, bytes.length, TIME, null, identity));
        return this;
    }

    MemoryTree directory(String path) {
        nodes.put(path, new FileNode(path, FileType.DIRECTORY, 0, TIME.minusSeconds(100), null, null));
        return this;
    }

    MemoryTree symlink(String path, String target) {
        nodes.put(path, new FileNode(path, FileType.SYMLINK, 0, TIME, target, null));
        return this;
    }

    FileNode node(String path) {
        return nodes.get(path);
    }

    @Override
    public Optional<FileNode> find(String path) {
        return Optional.ofNullable(nodes.get(path));
    }

    @Override
    public List<FileNode> children(FileNode directory) {
        String prefix = directory.path().isEmpty() ? "" : directory.path() + "/";
        return nodes.values().stream()
                .filter(node -> node.path().startsWith(prefix) && node.path().indexOf('/', prefix.length()) < 0)
                .toList();
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        List<FileNode> reversed = new ArrayList<>(files);
        Collections.reverse(reversed);
        for (FileNode file : reversed) {
            reader.read(file, new ByteArrayInputStream(contents.get(file.path())));
        }
    }

    @Override
    public void close() {}
}
