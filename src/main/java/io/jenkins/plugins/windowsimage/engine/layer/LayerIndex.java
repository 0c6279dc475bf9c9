package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.files.CaseFolding;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * What one layer holds, as a tree in a few flat arrays (about 55 bytes for an entry): nodes are numbered so that the children of
 * a directory follow one another, sorted by name; node 0 is the root. Immutable.
 *
 * @param layout decides how names are compared
 * @param names all names in UTF-8, one behind the other
 * @param nameEnds where the name of each node ends in {@code names}; it begins where the one before ends
 * @param kinds a kind and flags for each node
 * @param sizes length of a file's content, number of a directory's children
 * @param times last write, in units of 100 nanoseconds since 1970
 * @param places where a file's content begins in the tar, the first child of a directory, the number of a link's target in
 *     {@code texts}
 * @param details number of what more is known of a directory in {@code directoryDetails}
 * @param texts link targets
 * @param directoryDetails attributes and security of directories, each combination once
 * @param externalLinks hard links to files of lower layers
 */
record LayerIndex(
        TarLayout layout,
        byte[] names,
        int[] nameEnds,
        byte[] kinds,
        long[] sizes,
        long[] times,
        long[] places,
        int[] details,
        List<String> texts,
        List<Detail> directoryDetails,
        int[] externalLinks) {

    /** A directory that has no entry of its own in this layer. */
    static final byte IMPLICIT_DIRECTORY = 0;
    static final byte DIRECTORY = 1;
    static final byte FILE = 2;
    static final byte SYMLINK = 3;
    /** A hard link to a file of a lower layer; {@code texts} has the path. */
    static final byte EXTERNAL_LINK = 4;
    static final byte WHITEOUT = 5;

    /** Lower layers do not show through this directory. */
    static final byte OPAQUE = 0x10;
    /** This file has other names in this layer. */
    static final byte LINKED = 0x20;

    private static final int KIND = 0x0F;
    static final int ROOT = 0;
    static final int ABSENT = -1;
    private static final int TICKS = 10_000_000;

    /**
     * What a directory carries besides its times.
     *
     * @param security null if the layer does not say
     */
    record Detail(int attributes, SecurityDescriptor security) {}

    static long ticks(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), (long) TICKS), time.getNano() / 100);
    }

    int count() {
        return kinds.length;
    }

    int kind(int node) {
        return kinds[node] & KIND;
    }

    boolean isDirectory(int node) {
        return kind(node) <= DIRECTORY;
    }

    boolean has(int node, byte flag) {
        return (kinds[node] & flag) != 0;
    }

    String name(int node) {
        int start = node == 0 ? 0 : nameEnds[node - 1];
        return new String(names, start, nameEnds[node] - start, StandardCharsets.UTF_8);
    }

    Instant modified(int node) {
        return Instant.ofEpochSecond(Math.floorDiv(times[node], TICKS), Math.floorMod(times[node], TICKS) * 100L);
    }

    String text(int node) {
        return texts.get((int) places[node]);
    }

    Detail detail(int directory) {
        return directoryDetails.get(details[directory]);
    }

    int firstChild(int directory) {
        return (int) places[directory];
    }

    int childCount(int directory) {
        return (int) sizes[directory];
    }

    /** The child of this name, or {@link #ABSENT}. */
    int child(int directory, String name) {
        int low = firstChild(directory);
        int high = low + childCount(directory) - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = compare(layout, name(middle), name);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ABSENT;
    }

    /** How names of one directory are sorted; 0 if they mean the same. */
    static int compare(TarLayout layout, String a, String b) {
        return layout == TarLayout.WINDOWS ? CaseFolding.compare(a, b) : a.compareTo(b);
    }
}
