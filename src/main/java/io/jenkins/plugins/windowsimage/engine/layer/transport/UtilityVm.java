package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * The files that the virtual machine of hyper-v isolation boots from. Windows does not merge them from several layers:
 * a layer that changes one of them holds them all, as further names of its parent's files. For one thread at a time.
 */
final class UtilityVm {
    /** What ProcessUtilityImage changes in place, in upper case. */
    private static final Set<String> MUTABLE = Set.of("BCD", "BCD.LOG", "BCD.LOG1", "BCD.LOG2");

    private static final String BOOT = LayerUnpacker.UTILITY_VM_FILES + "\\EFI\\Microsoft\\Boot";

    private final LayerFiles layer;
    private final Deferred directories;

    UtilityVm(LayerFiles layer, Deferred directories) {
        this.layer = layer;
        this.directories = directories;
    }

    /**
     * Takes over all files of a parent.
     *
     * @throws java.nio.file.NoSuchFileException if the parent has none
     */
    void cloneFrom(LayerFiles parent) throws IOException {
        layer.createDirectory(LayerUnpacker.UTILITY_VM);
        copy(parent, LayerUnpacker.UTILITY_VM_FILES, true);
        Deque<String> pending = new ArrayDeque<>();
        pending.push(LayerUnpacker.UTILITY_VM_FILES);
        while (!pending.isEmpty()) {
            String directory = pending.pop();
            try (Listing listing = parent.list(directory)) {
                for (DirectoryEntry entry = listing.next(); entry != null; entry = listing.next()) {
                    String path = directory + "\\" + entry.name();
                    if (entry.isDirectory() || entry.isReparsePoint() || isMutable(directory, entry.name())) {
                        copy(parent, path, entry.isDirectory());
                    } else {
                        layer.link(path, parent, path);
                    }
                    if (entry.isDirectory() && !entry.isReparsePoint()) {
                        pending.push(path);
                    }
                }
            }
        }
    }

    private static boolean isMutable(String directory, String name) {
        return directory.equalsIgnoreCase(BOOT) && MUTABLE.stream().anyMatch(name::equalsIgnoreCase);
    }

    private void copy(LayerFiles parent, String path, boolean directory) throws IOException {
        FileStatus status = parent.status(path);
        if (status == null) {
            throw new java.nio.file.NoSuchFileException(path);
        }
        BasicInfo info = status.info();
        try (InputStream from = parent.openBackup(path);
                NewFile to = layer.createFromBackup(path, directory)) {
            to.setInfo(info);
            byte[] buffer = new byte[64 * 1024];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
            }
        }
        if (directory) {
            directories.add(path, "", info);
        }
    }

    /** Opens the place of an entry, in place of what the parent has there unless both are directories. */
    NewFile replace(String path, boolean directory, boolean reparsePoint) throws IOException {
        FileStatus before = layer.status(path);
        boolean keep = before != null && directory && !reparsePoint && before.isDirectory() && !before.isReparsePoint();
        if (keep) {
            return layer.overwriteDirectory(path);
        }
        if (before != null) {
            layer.remove(path);
        }
        return layer.createFromBackup(path, directory);
    }

    void link(String path, String target) throws IOException {
        if (layer.status(path) != null) {
            layer.remove(path);
        }
        layer.link(path, layer, target);
    }

    void delete(String path) throws IOException {
        if (layer.status(path) != null) {
            layer.remove(path);
        }
    }
}
