package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.plan.StepInfo;
import java.io.Closeable;
import java.io.IOException;

/** An instruction that may change files. One object carries out one step once. */
interface LayerInstruction extends Closeable {
    StepInfo info();

    /** Adds everything to the key that decides what the instruction makes, apart from the layers below it and {@link #contents()}. */
    void describe(CacheKeys key) throws IOException;

    /** Whether the instruction takes files that have to be read to tell what it makes. */
    default boolean hasContents() {
        return false;
    }

    /**
     * The digest of the files that it takes; after {@link #carryOut} of those that it took, which costs little then.
     *
     * @throws IllegalStateException if it takes none
     */
    default Digest contents() throws IOException {
        throw new IllegalStateException(info().instruction() + " takes no files");
    }

    /** Carries the instruction out on the files of a stage and puts what it made into the store as a layer. */
    LayerBlob carryOut(StageSnapshot below) throws IOException;

    /** Gives back what was fetched or opened on the way. */
    @Override
    default void close() throws IOException {}
}
