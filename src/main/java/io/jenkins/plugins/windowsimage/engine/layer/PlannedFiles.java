package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the files and links of a plan into a layer tar: reads many files of a tree at once, so that the tree can choose the
 * order that costs it least, and keeps hard links. For one thread at a time.
 */
final class PlannedFiles {
    /** Enough that a tree made of compressed layers is rarely gone through twice, few enough to stay small in memory. */
    private static final int MOST_AT_ONCE = 65_536;
    /** Of a directory of this machine, where every order is as good. */
    private static final int MOST_OF_DIRECTORY = 1024;
    private static final int MOST_LINKS = 40;

    private final LayerTarWriter tar;
    private final LayerPlan plan;
    /** The next files to read, all of one tree. */
    private final Map<FileNode, PlannedEntry> batch = new LinkedHashMap<>();
    private FileTree batchTree;
    /** Tar name of the first of several names of one file. */
    private final Map<LinkedFile, String> firstNames = new HashMap<>();
    /** Further names, written last so that the first ones are there. */
    private final List<LayerEntry> hardLinks = new ArrayList<>();
    private int ordinal;

    private record LinkedFile(FileTree tree, Object identity) {}

    PlannedFiles(LayerTarWriter tar, LayerPlan plan) {
        this.tar = tar;
        this.plan = plan;
    }

    /** Takes the next entry of the plan, in the order in which the plan saw it. */
    void add(PlannedEntry entry) throws IOException {
        FileNode source = entry.source();
        if (!source.isDirectory() && plan.counts(entry, ordinal)) {
            if (source.type() == FileType.SYMLINK) {
                tar.write(symlink(entry));
            } else {
                addFile(entry);
            }
        }
        ordinal++;
    }

    private void addFile(PlannedEntry entry) throws IOException {
        FileNode source = entry.source();
        if (source.identity() != null) {
            String name = plan.tarName(entry.target());
            String first = firstNames.putIfAbsent(new LinkedFile(entry.tree(), source.identity()), name);
            if (first != null) {
                hardLinks.add(LayerEntry.hardLink(name, first));
                return;
            }
        }
        int most = source.stamp() == null ? MOST_AT_ONCE : MOST_OF_DIRECTORY;
        if (entry.tree() != batchTree || batch.size() >= most || batch.containsKey(source)) {
            writeBatch();
            batchTree = entry.tree();
        }
        batch.put(source, entry);
    }

    /** Writes what is left. */
    void finish() throws IOException {
        writeBatch();
        for (LayerEntry link : hardLinks) {
            tar.write(link);
        }
    }

    private void writeBatch() throws IOException {
        if (!batch.isEmpty()) {
            batchTree.read(batch.keySet(), (source, content) -> {
                PlannedEntry entry = batch.get(source);
                SecurityDescriptor security = security(entry);
                LayerTimes times = LayerTimes.at(source.modified());
                tar.write(LayerEntry.file(plan.tarName(entry.target()), source.size(), security, times), content);
            });
            batch.clear();
        }
    }

    private LayerEntry symlink(PlannedEntry entry) throws IOException {
        FileNode source = entry.source();
        return LayerEntry.symlink(plan.tarName(entry.target()), source.linkTarget(), pointsAtDirectory(entry),
                security(entry), LayerTimes.at(source.modified()));
    }

    private static SecurityDescriptor security(PlannedEntry entry) {
        return entry.owner() == null ? SecurityDescriptor.forFile() : SecurityDescriptor.forFile(Sid.parse(entry.owner()));
    }

    /** Whether the link leads to a directory in the tree it is copied from; a link to nowhere counts as one to a file. */
    private static boolean pointsAtDirectory(PlannedEntry entry) throws IOException {
        FileTree tree = entry.tree();
        FileNode node = entry.source();
        for (int i = 0; i < MOST_LINKS && node.type() == FileType.SYMLINK; i++) {
            String target = LinkTarget.resolve(node.path(), node.linkTarget());
            Optional<FileNode> next = tree == null || target == null ? Optional.empty() : tree.find(target);
            if (next.isEmpty()) {
                return false;
            }
            node = next.get();
        }
        return node.isDirectory();
    }
}
