package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The files, directories and links that one COPY or ADD puts into the image, in the same order every time. Directories
 * are walked as the plan is gone through and never all held in memory, so that going through it fails with an
 * {@link io.jenkins.plugins.windowsimage.engine.EngineException}: of kind IO_ERROR if a directory cannot be read, or if
 * at the end it was not the same as the first time; of kind INVALID_INSTRUCTION if a name is not possible on Windows,
 * or a file would take the place of a directory of the image or the other way round. That two sources do so to each other is
 * for who writes the layer to refuse. Thread-safe.
 */
public final class CopyPlan implements Iterable<PlannedEntry> {
    private final AtomicReference<Long> seal = new AtomicReference<>();
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

    /**
     * Makes sure that this plan found what an earlier plan of the same sources found, so that a layer made from this
     * one fits a digest made from the other. Both must have been gone through to the end.
     *
     * @throws EngineException of kind IO_ERROR if files came, went or changed in between
     */
    public void requireSameFilesAs(CopyPlan earlier) {
        if (seal.get() == null) {
            throw new IllegalStateException("the plan was not gone through");
        }
        earlier.finish(seal.get());
    }

    /** Takes note of what a walk found; the digest and the layer come from different walks. */
    private void finish(long walkSeal) {
        if (!seal.compareAndSet(null, walkSeal) && seal.get() != walkSeal) {
            throw new EngineException(ErrorKind.IO_ERROR, "the files to copy changed while the build read them",
                    "let nothing write to the build context during a build", null);
        }
    }

    @Override
    public Iterator<PlannedEntry> iterator() {
        return new CopyWalk(made, placements, owner, image, this::finish);
    }
}
