package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.CaseFolding;
import io.jenkins.plugins.windowsimage.engine.files.PathMap;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where everything goes in a layer: which directories it names, how they are spelled, and which of several entries for one path
 * counts. Keeps the directories, and a few bytes for each file. For one thread at a time.
 */
final class LayerPlan {
    private static final String HIVES = "Hives";
    private static final String FILES = "Files";

    private final LayerWriter.ExistingDirectories existing;
    /** By folded path, which sorts parents before what lies in them. */
    private final Map<String, Directory> directories = new TreeMap<>();
    private final PathMap lastOrdinals = new PathMap();
    private Instant newest = Instant.EPOCH;
    private int added;

    LayerPlan(LayerWriter.ExistingDirectories existing) {
        this.existing = existing;
    }

    /**
     * Takes note of the next entry.
     *
     * @throws EngineException of kind {@link ErrorKind#INVALID_INSTRUCTION} if a file and a directory would have the same path
     */
    void add(PlannedEntry entry) throws IOException {
        Instant modified = entry.source().modified();
        if (modified.isAfter(newest)) {
            newest = modified;
        }
        if (entry.source().isDirectory()) {
            Directory directory = directory(entry.target());
            directory.modified = modified;
            directory.owner = entry.owner();
        } else {
            directory(parent(entry.target()));
            if (directories.containsKey(CaseFolding.fold(entry.target()))) {
                throw clash(entry.target());
            }
            lastOrdinals.put(entry.target(), added);
        }
        added++;
    }

    /** Whether the entry that was added as this one is the last for its path. */
    boolean counts(PlannedEntry entry, int ordinal) {
        return lastOrdinals.get(entry.target(), entry.target().length()) == ordinal;
    }

    /** The name of this path in the tar, below the directories as they are spelled there. */
    String tarName(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return FILES + "/" + path;
        }
        return directories.get(CaseFolding.fold(path.substring(0, slash))).tarName + path.substring(slash);
    }

    /** All directories of the layer, parents first. */
    List<LayerEntry> directories() {
        List<LayerEntry> entries = new ArrayList<>();
        entries.add(LayerEntry.directory(HIVES, null, LayerTimes.at(newest)));
        entries.add(LayerEntry.directory(FILES, null, LayerTimes.at(newest)));
        directories.values().forEach(directory -> {
            if (!directory.tarName.equals(FILES)) {
                entries.add(directory.entry(newest));
            }
        });
        return entries;
    }

    /** The directory at this path; it and those above it are put into the layer if they are not there yet. */
    private Directory directory(String path) throws IOException {
        if (path.isEmpty()) {
            return directories.computeIfAbsent("", key -> new Directory(FILES, null));
        }
        String key = CaseFolding.fold(path);
        Directory known = directories.get(key);
        if (known == null) {
            if (lastOrdinals.get(path, path.length()) != PathMap.ABSENT) {
                throw clash(path);
            }
            Directory parent = directory(parent(path));
            LayerEntry before = existing.find(path).orElse(null);
            String spelled = before == null ? path : before.name();
            known = new Directory(parent.tarName + "/" + name(spelled), before);
            directories.put(key, known);
        }
        return known;
    }

    private static EngineException clash(String path) {
        return new EngineException(ErrorKind.INVALID_INSTRUCTION,
                "a file and a directory would both become C:\\" + path.replace('/', '\\'));
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A directory of the layer: one that lower layers have, one that is copied, or one on the way to others. */
    private static final class Directory {
        private final String tarName;
        private final LayerEntry before;
        private Instant modified;
        private String owner;

        private Directory(String tarName, LayerEntry before) {
            this.tarName = tarName;
            this.before = before;
        }

        private LayerEntry entry(Instant newest) {
            if (before != null && owner == null && before.security() != null) {
                return new LayerEntry(tarName, LayerEntry.Type.DIRECTORY, 0, null, before.attributes(), before.security(),
                        before.times(), before.extendedAttributes());
            }
            SecurityDescriptor security = owner == null
                    ? SecurityDescriptor.forDirectory()
                    : SecurityDescriptor.forDirectory(Sid.parse(owner));
            return LayerEntry.directory(tarName, security, LayerTimes.at(modified == null ? newest : modified));
        }
    }
}
