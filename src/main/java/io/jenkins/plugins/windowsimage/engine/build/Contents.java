package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.files.CopyOptions;
import io.jenkins.plugins.windowsimage.engine.files.CopyPlanner;
import io.jenkins.plugins.windowsimage.engine.files.Destination;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import io.jenkins.plugins.windowsimage.engine.files.WindowsPath;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Stands for the content of files in cache keys. */
final class Contents {
    Contents(StorageRoot root) {}

    Digest digest(Iterable<PlannedEntry> plan) throws IOException {
        CacheKeys key = new CacheKeys();
        for (PlannedEntry entry : plan) {
            FileNode node = entry.source();
            key.add(entry.target()).add(node.type()).add(node.linkTarget()).add(entry.owner());
            if (node.type() == FileType.FILE) {
                Map<FileNode, Digest> read = new TreeMap<>((a, b) -> a.path().compareTo(b.path()));
                entry.tree().read(List.of(node), (file, content) -> {
                    java.security.MessageDigest running = Digest.start();
                    byte[] buffer = new byte[65536];
                    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                        running.update(buffer, 0, n);
                    }
                    read.put(file, Digest.of(running));
                });
                key.add(read.get(node));
            }
        }
        return key.key();
    }

    Digest digest(FileTree tree, String source) throws IOException {
        try (CopyPlanner planner = new CopyPlanner(WindowsPath.parse("C:\\"), CopyOptions.DEFAULT, Destination.EMPTY)) {
            planner.copy(tree, source.isEmpty() ? "." : source);
            return digest(planner.plan());
        }
    }
}
