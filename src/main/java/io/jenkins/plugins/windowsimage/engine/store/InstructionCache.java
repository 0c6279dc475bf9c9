package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * What instructions made when they were carried out before, by a key that the caller computes from everything that
 * decides the outcome. Each entry is one small file that is replaced as a whole; its modification time says when it
 * was last used. Thread-safe, and safe for several processes at once.
 */
public final class InstructionCache {
    private final StorageRoot root;

    public InstructionCache(StorageRoot root) {
        this.root = root;
    }

    /**
     * What the instruction with this key made. An entry whose layer is gone, or was damaged, does not count.
     *
     * @param content the open store of the build, which leases the layer
     */
    public Optional<CachedStep> find(Digest key, BlobSource content) throws IOException {
        Path file = file(key);
        Optional<CachedStep> step = RecordFile.read(file, CachedStep.class);
        if (step.isEmpty() || (step.get().layer() != null && !content.contains(step.get().layer()))) {
            return Optional.empty();
        }
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // Pruned meanwhile, or of another account; the layer is leased all the same.
        }
        return step;
    }

    /** Remembers what an instruction made, in place of what was remembered before. */
    public void put(Digest key, CachedStep step) throws IOException {
        try (StoreLocks.Held using = root.locks().using()) {
            RecordFile.writeExpendable(root, file(key), step);
        }
    }

    private Path file(Digest key) {
        return RecordFile.in(root.cache(), key.hex());
    }
}
