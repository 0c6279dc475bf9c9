package io.jenkins.plugins.windowsimage.engine.files;

/**
 * What an archive may grow to at most, so that a hostile one cannot fill the disk or the memory.
 *
 * @param bytes sum of the contents
 * @param entries number of entries
 * @param ratio bytes of content for each byte of the archive, beyond the first {@value #FREE_BYTES}
 */
public record ArchiveLimits(long bytes, long entries, long ratio) {
    static final long FREE_BYTES = 256L << 20;

    /** Above any archive that is added to an image in earnest; deflate itself cannot do more than 1032 to 1. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(256L << 30, 4_000_000, 1100);

    /** Bytes that may come out of the first {@code read} bytes of an archive. */
    long most(long read) {
        return FREE_BYTES + ratio * read;
    }
}
