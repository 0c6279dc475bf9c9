package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A tree as it was when it was first looked at, so that every part of a build finds the same files in it, and none looks
 * twice. Very large trees are remembered in part. Files that change nevertheless are noticed when they are read. Thread-safe.
 */
public final class RememberedTree implements FileTree {
    /** About 25 MB of memory. */
    private static final int MOST = 100_000;

    private final FileTree tree;
    private final Map<String, Optional<FileNode>> found = new ConcurrentHashMap<>();
    private final Map<String, List<FileNode>> children = new ConcurrentHashMap<>();
    private final AtomicInteger remembered = new AtomicInteger();

    /** @param tree closed with this one */
    public RememberedTree(FileTree tree) {
        this.tree = tree;
    }

    @Override
    public Optional<FileNode> find(String path) throws IOException {
        Optional<FileNode> known = found.get(path);
        return known != null ? known : remember(found, path, tree.find(path), 1);
    }

    @Override
    public List<FileNode> children(FileNode directory) throws IOException {
        List<FileNode> known = children.get(directory.path());
        if (known != null) {
            return known;
        }
        List<FileNode> all = tree.children(directory);
        return remember(children, directory.path(), all, all.size() + 1);
    }

    /** Of two threads that looked at the same time, the first is right. */
    private <T> T remember(Map<String, T> map, String path, T value, int nodes) {
        if (remembered.addAndGet(nodes) > MOST) {
            remembered.addAndGet(-nodes);
            return value;
        }
        T before = map.putIfAbsent(path, value);
        return before == null ? value : before;
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        tree.read(files, reader);
    }

    @Override
    public void close() throws IOException {
        tree.close();
    }
}
