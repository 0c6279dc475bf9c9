package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A build context as its {@code .dockerignore} leaves it: what the file excludes is not there, not even through a link.
 * A directory that is excluded is there when something in it is brought back.
 */
public final class FilteredTree implements FileTree {
    private final FileTree tree;
    private final IgnoreFile ignore;

    /**
     * Filters a tree.
     *
     * @param tree closed with this one
     */
    public FilteredTree(FileTree tree, IgnoreFile ignore) {
        this.tree = tree;
        this.ignore = ignore;
    }

    @Override
    public Optional<FileNode> find(String path) throws IOException {
        Optional<FileNode> found = tree.find(path);
        return found.isPresent() && isThere(found.get()) ? found : Optional.empty();
    }

    private boolean isThere(FileNode node) throws IOException {
        if (node.path().isEmpty() || !ignore.excludes(node.path())) {
            return true;
        }
        if (!node.isDirectory() || !ignore.mayReinclude(node.path())) {
            return false;
        }
        for (FileNode child : tree.children(node)) {
            if (isThere(child)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<FileNode> children(FileNode directory) throws IOException {
        List<FileNode> all = tree.children(directory);
        if (ignore.isEmpty()) {
            return all;
        }
        List<FileNode> there = new ArrayList<>(all.size());
        for (FileNode child : all) {
            if (isThere(child)) {
                there.add(child);
            }
        }
        return there;
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
