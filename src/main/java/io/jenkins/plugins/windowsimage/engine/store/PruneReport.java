package io.jenkins.plugins.windowsimage.engine.store;

import java.util.List;

/**
 * What {@link Pruner} removed, or would remove.
 *
 * @param freedBytes of disk space
 * @param remainingBytes what is left in the store
 */
public record PruneReport(List<Removed> removed, long freedBytes, long remainingBytes) {
    public PruneReport {
        removed = List.copyOf(removed);
    }

    /** Kinds of what a store holds. */
    public enum Kind {
        IMAGE,
        CACHED_STEP,
        BLOB,
        REFERRER,
        LAYER_INDEX,
        PARTIAL_DOWNLOAD,
        /** A layer unpacked for containers. */
        UNPACKED_LAYER,
        /** The directory of RUN --mount=type=cache. */
        RUN_CACHE
    }

    /**
     * @param name image name, build id, key or digest
     * @param bytes that were freed by this alone; images and steps free their blobs, which are named one by one
     */
    public record Removed(Kind kind, String name, long bytes) {}
}
