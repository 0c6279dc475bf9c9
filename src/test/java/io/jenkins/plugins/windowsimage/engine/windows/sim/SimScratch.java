package io.jenkins.plugins.windowsimage.engine.windows.sim;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A scratch layer; touched with the lock of the simulation held. */
final class SimScratch {
    static final long CREATED_BYTES = 20L << 30;

    Path directory;
    final List<SimLayers.Parent> parents;
    /** What is on its disk: a real directory that a container sees as its drive C, and registry values. */
    final Path files;
    final Map<String, String> registry = new TreeMap<>();
    /** What the merged view was when it was first made, and where each of its files came from. */
    Map<String, SimMergedView.Origin> origins;
    SimVolumes.Volume volume;
    boolean prepared;
    long diskBytes = CREATED_BYTES;
    long volumeBytes = CREATED_BYTES;

    SimScratch(Path directory, Path files, List<SimLayers.Parent> parents) {
        this.directory = directory;
        this.files = files;
        this.parents = parents;
    }
}
