package io.jenkins.plugins.windowsimage.engine.attest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The software that was found in an image, each component once, sorted by its id. Not thread-safe. */
public final class SoftwareList {
    /** Places that are stated for one component at most. */
    private static final int MOST_PLACES = 20;
    private static final int MOST_UNREADABLE = 100;

    private final Map<String, Found> components = new TreeMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private long omittedFiles;

    /**
     * A component and where it was found.
     *
     * @param places paths from the root of the drive, the first ones found; empty for what has no place
     */
    record Found(Component component, List<String> places) {}

    /** Adds a component that has no place among the files. */
    public void add(Component component) {
        components.computeIfAbsent(component.id(), id -> new Found(component, new ArrayList<>()));
    }

    void add(Component component, String place) {
        Found found = components.computeIfAbsent(component.id(), id -> new Found(component, new ArrayList<>()));
        if (found.places().size() < MOST_PLACES && !found.places().contains(place)) {
            found.places().add(place);
        }
    }

    void omitFile() {
        omittedFiles++;
    }

    void unreadable(String path) {
        if (unreadable.size() < MOST_UNREADABLE) {
            unreadable.add(path);
        }
    }

    Collection<Found> components() {
        components.values().forEach(found -> Collections.sort(found.places()));
        return components.values();
    }

    /** Number of files that are in the image but not listed. */
    public long omittedFiles() {
        return omittedFiles;
    }

    /** Files that have the name of a package file and are none, the first {@value #MOST_UNREADABLE}. */
    public List<String> unreadable() {
        return unreadable.stream().sorted().toList();
    }
}
