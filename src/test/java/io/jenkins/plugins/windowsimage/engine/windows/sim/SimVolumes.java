package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The volumes of scratch layers that are activated and prepared; a container with process isolation runs on one. The layer half
 * of the simulation attaches and detaches them. Thread-safe.
 */
public final class SimVolumes {
    private final Map<String, Volume> byPath = new HashMap<>();

    /**
     * What a container sees as its drive C, and its registry.
     *
     * @param path such as <code>\\?\Volume{...}</code>, without a backslash at its end
     * @param files the merged view, a real directory: a container's {@code C:\a} is {@code files/a}
     * @param registry values that containers set, by key and name
     */
    public record Volume(String path, Path files, Map<String, String> registry) {}

    /** Makes a volume out of a directory. */
    public synchronized Volume attach(Path files) {
        return attach(files, new TreeMap<>());
    }

    /** Makes a volume out of a directory and what its registry holds already. */
    synchronized Volume attach(Path files, Map<String, String> registry) {
        String path = "\\\\?\\Volume{" + UUID.randomUUID() + "}";
        Volume volume = new Volume(path, files, registry);
        byPath.put(path, volume);
        return volume;
    }

    public synchronized void detach(Volume volume) {
        byPath.remove(volume.path);
    }

    /** The volume with a path, with or without a backslash at its end; null if there is none. */
    synchronized Volume find(String path) {
        return byPath.get(path.endsWith("\\") ? path.substring(0, path.length() - 1) : path);
    }

    synchronized boolean isEmpty() {
        return byPath.isEmpty();
    }
}
