package io.jenkins.plugins.windowsimage.engine.layer.backup;

import java.util.Objects;

/**
 * The header of one stream within a backup stream.
 *
 * @param attributes bits of the constants here
 * @param size bytes that follow; for a sparse block without its offset
 * @param name of an alternate stream, such as {@code :Zone.Identifier:$DATA}; else empty
 * @param offset of a sparse block: where in the content it belongs; 0 for the others
 */
public record BackupStream(StreamType type, int attributes, long size, String name, long offset) {
    public static final int MODIFIED_WHEN_READ = 1;
    public static final int CONTAINS_SECURITY = 2;
    public static final int SPARSE = 8;

    public BackupStream {
        Objects.requireNonNull(type);
        Objects.requireNonNull(name);
        if (size < 0 || offset < 0 || offset > Long.MAX_VALUE - size) {
            throw new IllegalArgumentException("a stream of " + size + " bytes at " + offset);
        }
    }

    /** A stream without a name. */
    public static BackupStream of(StreamType type, long size) {
        return new BackupStream(type, type == StreamType.SECURITY ? CONTAINS_SECURITY : 0, size, "", 0);
    }

    /** An alternate stream. */
    public static BackupStream alternate(String name, long size) {
        return new BackupStream(StreamType.ALTERNATE_DATA, 0, size, ":" + name + ":$DATA", 0);
    }

    /** A piece of sparse content; one of no bytes ends the content and tells its length by its offset. */
    public static BackupStream sparseBlock(long offset, long size) {
        return new BackupStream(StreamType.SPARSE_BLOCK, SPARSE, size, "", offset);
    }

    public boolean isSparse() {
        return (attributes & SPARSE) != 0;
    }

    /**
     * The bare name of an alternate stream, such as {@code Zone.Identifier}.
     *
     * @param name as the header has it, such as {@code :Zone.Identifier:$DATA}
     * @return null for a stream of another type than $DATA and for what is no name
     */
    public static String alternateName(String name) {
        int end = name.indexOf(':', 1);
        boolean data = end < 0 || name.substring(end).equalsIgnoreCase(":$DATA");
        if (!name.startsWith(":") || !data) {
            return null;
        }
        String bare = name.substring(1, end < 0 ? name.length() : end);
        boolean nameable = !bare.isEmpty() && bare.indexOf('/') < 0 && bare.indexOf('\\') < 0 && bare.indexOf(0) < 0;
        return nameable ? bare : null;
    }
}
