package io.jenkins.plugins.windowsimage.engine.store;

import java.time.Duration;
import java.time.Instant;

/**
 * What {@link Pruner} may remove.
 *
 * @param olderThan only what was not used for so long; null for any age
 * @param keepBytes stops when the store is no larger than this, having removed first what was not used for longest;
 *     0 removes everything that may go
 * @param all also images with a name
 * @param dryRun only says what would go
 */
public record PruneOptions(Duration olderThan, long keepBytes, boolean all, boolean dryRun) {
    /** Everything that no name and no running process holds. */
    public static final PruneOptions UNNAMED = new PruneOptions(null, 0, false, false);

    /**
     * Whether something may go.
     *
     * @param remainingBytes what is left in the store before it goes
     */
    public boolean allow(Instant lastUsed, long remainingBytes) {
        boolean old = olderThan == null || !lastUsed.isAfter(Instant.now().minus(olderThan));
        return old && (keepBytes == 0 || remainingBytes > keepBytes);
    }

    public PruneOptions {
        if (keepBytes < 0 || (olderThan != null && olderThan.isNegative())) {
            throw new IllegalArgumentException("age and size cannot be negative");
        }
    }
}
