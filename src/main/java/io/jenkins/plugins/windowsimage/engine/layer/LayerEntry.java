package io.jenkins.plugins.windowsimage.engine.layer;

import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One entry of a layer tar, without its content.
 *
 * @param name path in the tar with {@code /} between the parts and none at either end, such as {@code Files/app/run.exe}; a
 *     whiteout carries the name of what it hides, an alternate stream that of its owner with {@code :stream} behind
 * @param type what it is
 * @param size length of the content in bytes; 0 for all but files and alternate streams
 * @param linkTarget what a symbolic link or junction points at as it is written, or the tar name that a hard link stands for;
 *     null for the others
 * @param attributes bits of {@link FileAttributes}
 * @param security null when the entry says nothing about it
 * @param times of the entry
 * @param extendedAttributes NTFS extended attributes by name, sorted; empty when there are none
 */
public record LayerEntry(
        String name,
        Type type,
        long size,
        String linkTarget,
        int attributes,
        SecurityDescriptor security,
        LayerTimes times,
        SortedMap<String, byte[]> extendedAttributes) {

    /** What an entry of a layer tar is. */
    public enum Type {
        DIRECTORY,
        FILE,
        ALTERNATE_STREAM,
        SYMLINK,
        /** A mount point: a link from a directory to an absolute directory. */
        JUNCTION,
        HARD_LINK,
        WHITEOUT,
        /** Everything under this directory comes from this layer alone; Windows layers have no such entry. */
        OPAQUE_DIRECTORY
    }

    public LayerEntry {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
        Objects.requireNonNull(times);
        extendedAttributes = extendedAttributes.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(extendedAttributes));
    }

    private LayerEntry(String name, Type type, long size, String linkTarget, int attributes, SecurityDescriptor security,
            LayerTimes times) {
        this(name, type, size, linkTarget, attributes, security, times, Collections.emptySortedMap());
    }

    /** A directory. */
    public static LayerEntry directory(String name, SecurityDescriptor security, LayerTimes times) {
        return new LayerEntry(name, Type.DIRECTORY, 0, null, FileAttributes.DIRECTORY, security, times);
    }

    /** A file. */
    public static LayerEntry file(String name, long size, SecurityDescriptor security, LayerTimes times) {
        return new LayerEntry(name, Type.FILE, size, null, FileAttributes.ARCHIVE, security, times);
    }

    /**
     * A symbolic link.
     *
     * @param toDirectory whether it points at a directory: Windows has two kinds of symbolic links
     */
    public static LayerEntry symlink(String name, String target, boolean toDirectory, SecurityDescriptor security,
            LayerTimes times) {
        int kind = toDirectory ? FileAttributes.DIRECTORY : FileAttributes.ARCHIVE;
        return new LayerEntry(name, Type.SYMLINK, 0, target, kind | FileAttributes.REPARSE_POINT, security, times);
    }

    /** A further name of a file that lies earlier in the same tar or in a lower layer. */
    public static LayerEntry hardLink(String name, String existing) {
        return new LayerEntry(name, Type.HARD_LINK, 0, existing, 0, null, LayerTimes.UNKNOWN);
    }

    /** Hides what lower layers have under this name. */
    public static LayerEntry whiteout(String name) {
        return new LayerEntry(name, Type.WHITEOUT, 0, null, 0, null, LayerTimes.UNKNOWN);
    }

    /** An alternate data stream of a file or directory that was written just before. */
    public static LayerEntry alternateStream(String owner, String stream, long size, LayerTimes times) {
        return new LayerEntry(owner + ":" + stream, Type.ALTERNATE_STREAM, size, null, FileAttributes.ARCHIVE, null, times);
    }

    /** Whether content follows. */
    public boolean hasContent() {
        return type == Type.FILE || type == Type.ALTERNATE_STREAM;
    }

    /** Last write, or the epoch when it is not known. */
    public Instant modified() {
        return times.modified() == null ? Instant.EPOCH : times.modified();
    }
}
