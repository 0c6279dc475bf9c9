package io.jenkins.plugins.windowsimage.engine.files;

import java.util.Iterator;
import java.util.List;

/**
 * The files, directories and links that one COPY or ADD puts into the image, in the same order every time. Directories are
 * walked as the plan is gone through and never all held in memory, so that going through it fails with an
 * {@link io.jenkins.plugins.windowsimage.engine.EngineException}: of kind IO_ERROR if a directory cannot be read, of kind
 * INVALID_INSTRUCTION if a name is not possible on Windows, or a file and a directory would have the same place.
 */
public final class CopyPlan implements Iterable<PlannedEntry> {
    private final List<String> made;
    private final List<Placement> placements;
    private final String owner;
    private final Destination image;
    private final List<String> unmatched;

    CopyPlan(List<String> made, List<Placement> placements, String owner, Destination image, List<String> unmatched) {
        this.made = List.copyOf(made);
        this.placements = List.copyOf(placements);
        this.owner = owner;
        this.image = image;
        this.unmatched = List.copyOf(unmatched);
    }

    /** Patterns with wildcards that match nothing, as they are written; worth a warning. */
    public List<String> unmatched() {
        return unmatched;
    }

    @Override
    public Iterator<PlannedEntry> iterator() {
        return new CopyWalk(made, placements, owner, image);
    }
}
