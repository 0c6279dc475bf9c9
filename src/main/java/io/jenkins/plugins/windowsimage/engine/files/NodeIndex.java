package io.jenkins.plugins.windowsimage.engine.files;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The entries of an archive or a directory in little memory: some 60 bytes and the name for each. Entries are rows; row 0 is the
 * root. Built by one thread, then sealed and safe for many.
 */
final class NodeIndex {
    static final int ROOT = 0;
    static final int ABSENT = -1;

    private static final int PARENT_AND_NAME = 0;
    private static final int SIZE = 1;
    private static final int TIME = 2;
    /** Where the content lies; for a link its target in the pool. */
    private static final int PLACE = 3;
    private static final int CHANGED = 4;
    private static final int COLUMNS = 5;
    /** Type and flag stand above the size. */
    private static final int TYPE_SHIFT = 60;
    private static final long HARD_LINKED = 1L << 59;
    private static final long SIZE_MASK = HARD_LINKED - 1;
    private static final FileType[] TYPES = FileType.values();
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final String stampRoot;
    private final LongRows rows = new LongRows(COLUMNS);
    private final TextPool texts = new TextPool();
    /** Rows by parent and name, a hash table with open addressing; -1 where it is free. */
    private int[] slots = filled(32);
    /** Rows sorted by parent and name, once sealed. */
    private int[] order;

    NodeIndex() {
        this(null);
    }

    /** @param stampRoot directory that the stamps of the files name, which have their number for place; null for no stamps */
    NodeIndex(String stampRoot) {
        this.stampRoot = stampRoot;
        append(ABSENT, texts.add(new byte[0]), FileType.DIRECTORY);
    }

    /** How many rows there are, those of entries that are gone included. */
    int count() {
        return rows.count();
    }

    /** The entry of this name in a directory, or {@link #ABSENT}. */
    int child(int directory, String name) {
        return slots[slot(directory, name.getBytes(StandardCharsets.UTF_8))];
    }

    /** Adds a directory, or gives the one that is there; what else had its name is gone with all that lay in it. */
    int putDirectory(int parent, String name) {
        int present = child(parent, name);
        return present != ABSENT && type(present) == FileType.DIRECTORY ? present : put(parent, name, FileType.DIRECTORY);
    }

    /** Adds a file; what had its name is gone. */
    int putFile(int parent, String name, long place, long size) {
        int row = put(parent, name, FileType.FILE);
        rows.set(row, PLACE, place);
        rows.set(row, SIZE, rows.get(row, SIZE) | size & SIZE_MASK);
        return row;
    }

    /** Adds a symbolic link; what had its name is gone. */
    int putSymlink(int parent, String name, String target) {
        int row = put(parent, name, FileType.SYMLINK);
        rows.set(row, PLACE, texts.add(target.getBytes(StandardCharsets.UTF_8)));
        return row;
    }

    /** Adds one more name of a file or link. */
    int putHardLink(int parent, String name, int target) {
        int row = put(parent, name, type(target));
        if ((rows.get(target, SIZE) & SIZE_MASK) != 0) {
            // Empty files share their place with the next one.
            setHardLinked(target);
        }
        rows.set(row, PLACE, place(target));
        rows.set(row, SIZE, rows.get(target, SIZE));
        return row;
    }

    /** Says that the file has several names, which its place tells. */
    void setHardLinked(int row) {
        rows.set(row, SIZE, rows.get(row, SIZE) | HARD_LINKED);
    }

    void setModified(int row, Instant time) {
        rows.set(row, TIME, nanos(time));
    }

    /** The time in the stamp of a file. */
    void setChanged(int row, Instant time) {
        rows.set(row, CHANGED, nanos(time));
    }

    private static long nanos(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano());
        } catch (ArithmeticException e) {
            // Before 1677 or after 2262: no time of a file.
            return 0;
        }
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }

    /** The time as an index keeps it. */
    static Instant kept(Instant time) {
        return instant(nanos(time));
    }

    private int put(int parent, String name, FileType type) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int slot = slot(parent, bytes);
        int present = slots[slot];
        slots[slot] = append(parent, present == ABSENT ? texts.add(bytes) : name(present), type);
        int row = slots[slot];
        if (2 * rows.count() > slots.length) {
            rehash();
        }
        return row;
    }

    private int append(int parent, int name, FileType type) {
        int row = rows.add();
        rows.set(row, PARENT_AND_NAME, (long) parent << 32 | name);
        rows.set(row, SIZE, (long) type.ordinal() << TYPE_SHIFT);
        return row;
    }

    private int parent(int row) {
        return (int) (rows.get(row, PARENT_AND_NAME) >> 32);
    }

    private int name(int row) {
        return (int) rows.get(row, PARENT_AND_NAME);
    }

    /** The place in the table that the entry has or would have. */
    private int slot(int parent, byte[] name) {
        int slot = hash(parent, name) & slots.length - 1;
        while (slots[slot] != ABSENT && (parent(slots[slot]) != parent || !texts.equals(name(slots[slot]), name))) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private static int hash(int parent, byte[] name) {
        long hash = HashSeed.VALUE ^ parent;
        for (byte b : name) {
            hash = (hash ^ b) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash >>> 32);
    }

    private void rehash() {
        int[] before = slots;
        slots = filled(before.length * 2);
        for (int row : before) {
            if (row != ABSENT) {
                slots[slot(parent(row), texts.bytes(name(row)))] = row;
            }
        }
    }

    private static int[] filled(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, ABSENT);
        return slots;
    }

    /** Ends the building; {@link #children} works from now on. */
    void seal() {
        int[] sorted = new int[rows.count()];
        int found = 0;
        for (int row : slots) {
            if (row != ABSENT) {
                sorted[found++] = row;
            }
        }
        sorted = Arrays.copyOf(sorted, found);
        int[] merged = new int[sorted.length];
        for (int run = 1; run < sorted.length; run *= 2) {
            for (int start = 0; start < sorted.length; start += 2 * run) {
                merge(sorted, start, Math.min(start + run, sorted.length), Math.min(start + 2 * run, sorted.length), merged);
            }
            int[] swap = sorted;
            sorted = merged;
            merged = swap;
        }
        order = sorted;
    }

    private void merge(int[] from, int start, int middle, int end, int[] to) {
        int a = start;
        int b = middle;
        for (int i = start; i < end; i++) {
            boolean first = b == end || a < middle && compare(from[a], from[b]) <= 0;
            to[i] = first ? from[a++] : from[b++];
        }
    }

    private int compare(int a, int b) {
        return parent(a) == parent(b) ? texts.compare(name(a), name(b)) : Integer.compare(parent(a), parent(b));
    }

    FileType type(int row) {
        return TYPES[(int) (rows.get(row, SIZE) >>> TYPE_SHIFT)];
    }

    /** Where the content of a file lies. */
    long place(int row) {
        return rows.get(row, PLACE);
    }

    FileNode node(int row, String path) {
        FileType type = type(row);
        long size = rows.get(row, SIZE) & SIZE_MASK;
        Instant modified = instant(rows.get(row, TIME));
        boolean linked = (rows.get(row, SIZE) & HARD_LINKED) != 0;
        Object identity = type == FileType.FILE && linked ? Long.valueOf(place(row)) : null;
        String target = type == FileType.SYMLINK ? texts.string((int) place(row)) : null;
        FileStamp stamp = stampRoot == null || type != FileType.FILE
                ? null
                : new FileStamp(stampRoot, path, size, modified, instant(rows.get(row, CHANGED)), place(row));
        return new FileNode(path, type, size, modified, target, identity, stamp);
    }

    /** What a directory holds, sorted; nodes are made when they are asked for. */
    List<FileNode> children(int directory, String path) {
        int first = firstAtOrAbove(directory);
        int end = firstAtOrAbove(directory + 1);
        return new AbstractList<>() {
            @Override
            public FileNode get(int index) {
                int row = order[first + index];
                return node(row, WindowsPath.join(path, texts.string(name(row))));
            }

            @Override
            public int size() {
                return end - first;
            }
        };
    }

    /** Where in the order the children of this directory begin, or those of the next one that has some. */
    private int firstAtOrAbove(int parent) {
        int low = 0;
        int high = order.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (parent(order[middle]) < parent) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
