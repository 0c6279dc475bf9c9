package io.jenkins.plugins.windowsimage.engine.windows.sim;

import io.jenkins.plugins.windowsimage.engine.layer.transport.NtfsModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a container sees of layers that lie on each other. A directory that a layer has says alone what is in it: by
 * files of the layer, or by placeholders for files of the layers below; what has no placeholder there is deleted.
 */
final class SimMergedView {
    private final NtfsModel ntfs;
    /** {@code Files} of each layer, the uppermost first. */
    private final List<Path> layers;

    SimMergedView(NtfsModel ntfs, List<Path> layers) {
        this.ntfs = ntfs;
        this.layers = layers;
    }

    /** Where a file of the view came from, and a hash of what it was. */
    record Origin(Path source, boolean directory, int hash) {}

    /** The file that is seen at a path; null if nothing is. */
    Path find(String relative) throws IOException {
        if (relative.isEmpty()) {
            return layers.get(layers.size() - 1);
        }
        int slash = relative.lastIndexOf('/');
        String parent = slash < 0 ? "" : relative.substring(0, slash);
        for (Path layer : layers) {
            Path path = layer.resolve(relative);
            if (exists(path)) {
                if (!isPlaceholder(path)) {
                    return path;
                }
            } else if (isDirectory(layer.resolve(parent))) {
                return null;
            }
        }
        return null;
    }

    /** Names in a directory. */
    List<String> list(String relative) throws IOException {
        for (Path layer : layers) {
            Path path = relative.isEmpty() ? layer : layer.resolve(relative);
            if (isDirectory(path)) {
                List<String> names = new ArrayList<>();
                for (Path child : NtfsModel.children(path)) {
                    names.add(child.getFileName().toString());
                }
                return names;
            }
        }
        return List.of();
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isPlaceholder(Path path) throws IOException {
        return SimLayers.isPlaceholder(ntfs.facts(path));
    }

    /** Whether a layer has a directory itself, so that its own listing counts. */
    private boolean isDirectory(Path path) throws IOException {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !isPlaceholder(path);
    }

    /** Copies everything into a directory. */
    Map<String, Origin> copyTo(Path target) throws IOException {
        Map<String, Origin> origins = new TreeMap<>();
        copy("", target, origins);
        return origins;
    }

    private void copy(String relative, Path target, Map<String, Origin> origins) throws IOException {
        for (String name : list(relative)) {
            String path = relative.isEmpty() ? name : relative + "/" + name;
            Path source = find(path);
            if (source == null) {
                continue;
            }
            Path copy = target.resolve(name);
            boolean directory = Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS);
            if (directory) {
                Files.createDirectory(copy);
            } else {
                Files.copy(source, copy);
            }
            origins.put(path, new Origin(source, directory, hash(copy)));
            if (directory && ntfs.facts(source).reparse == null) {
                copy(path, copy, origins);
            }
        }
    }

    static int hash(Path path) throws IOException {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? 0 : Arrays.hashCode(Files.readAllBytes(path));
    }
}
