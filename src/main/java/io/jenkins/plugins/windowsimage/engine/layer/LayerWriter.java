package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/**
 * Makes Windows layers out of files without Windows: the product of COPY, ADD, WORKDIR and heredocs. Also compresses layers that
 * were not. Thread-safe; every layer is written on its own.
 */
public final class LayerWriter {
    private final ContentStore store;
    private final LayerCompression compression;
    private final ExecutorService workers;
    private final Cancellation cancellation;
    private final Consumer<String> warnings;
    private final Long fixedSeconds;

    /**
     * Prepares for any number of layers.
     *
     * @param store where the layers go
     * @param compression how they are compressed
     * @param workers compress, see {@link LayerBlobWriter}; not shut down here
     * @param cancellation ends a layer early; nothing of it stays
     * @param warnings takes sentences for the user
     * @param fixedSeconds seconds since 1970 that replace every time in the layers; null to keep those of the files
     */
    public LayerWriter(ContentStore store, LayerCompression compression, ExecutorService workers, Cancellation cancellation,
            Consumer<String> warnings, Long fixedSeconds) {
        this.store = store;
        this.compression = compression;
        this.workers = workers;
        this.cancellation = cancellation;
        this.warnings = warnings;
        this.fixedSeconds = fixedSeconds;
    }

    /** The same with another compression. */
    public LayerWriter compressing(LayerCompression other) {
        return new LayerWriter(store, other, workers, cancellation, warnings, fixedSeconds);
    }

    public LayerCompression compression() {
        return compression;
    }

    /**
     * Compresses a layer of the store anew; its diff id stays.
     *
     * @throws EngineException of kind {@link ErrorKind#LAYER_CREATE} if the layer is not what it was
     */
    public LayerBlob compress(LayerBlob layer) throws IOException {
        String name = "layer " + layer.descriptor().digest();
        try (LayerInputStream tar = new LayerInputStream(
                        Channels.newInputStream(store.open(layer.descriptor().digest())), name, ReadLimits.DEFAULT, workers, cancellation);
                LayerBlobWriter blob = blobWriter()) {
            tar.transferTo(blob);
            if (!tar.diffId().equals(layer.diffId())) {
                throw new EngineException(ErrorKind.LAYER_CREATE, "the " + name + " in the store is damaged: its content is not that of "
                        + layer.diffId(), "run windows-image fsck --repair, then build again", null);
            }
            return blob.finish();
        }
    }

    private LayerBlobWriter blobWriter() throws IOException {
        return new LayerBlobWriter(store, compression, workers, cancellation, warnings);
    }

    /**
     * Writes a layer that holds these entries and the directories they lie in.
     *
     * @param entries gone through twice, in the same order both times, so that they need not all be in memory; of several with
     *     the same target (in any case) the last one counts
     * @throws EngineException if an entry has no place in a layer, or on cancellation
     */
    public LayerBlob write(Iterable<PlannedEntry> entries) throws IOException {
        return write(entries, path -> Optional.empty());
    }

    /**
     * As {@link #write(Iterable)}, on top of directories that are known: their spelling, times, attributes and security
     * descriptors are kept where the layer has to name them again.
     */
    public LayerBlob write(Iterable<PlannedEntry> entries, ExistingDirectories existing) throws IOException {
        LayerPlan plan = new LayerPlan(existing);
        for (PlannedEntry entry : entries) {
            cancellation.check();
            plan.add(entry);
        }
        try (LayerBlobWriter blob = blobWriter()) {
            LayerTarWriter tar = new LayerTarWriter(blob, fixedSeconds);
            for (LayerEntry directory : plan.directories()) {
                tar.write(directory);
            }
            PlannedFiles files = new PlannedFiles(tar, plan);
            for (PlannedEntry entry : entries) {
                files.add(entry);
            }
            files.finish();
            tar.finish();
            return blob.finish();
        }
    }

    /** Directories that lower layers have. */
    @FunctionalInterface
    public interface ExistingDirectories {
        /**
         * The directory at this path, if there is one and something is known of it.
         *
         * @param path relative to {@code C:\}, with {@code /} between the parts, in any case
         * @return an entry whose name is the path in the spelling of the image
         */
        Optional<LayerEntry> find(String path) throws IOException;
    }
}
