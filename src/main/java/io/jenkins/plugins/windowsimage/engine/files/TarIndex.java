package io.jenkins.plugins.windowsimage.engine.files;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The entries of an archive in little memory: some 50 bytes and the name for each. Entries are rows; row 0 is the root. Built by
 * one thread, then sealed and safe for many.
 */
final class TarIndex {
    static final int ROOT = 0;
    static final int ABSENT = -1;

    private static final byte HARD_LINKED = 0x10;
    private static final FileType[] TYPES = FileType.values();

    private int count;
    private int[] parents = new int[64];
    private int[] names = new int[64];
    private byte[] types = new byte[64];
    private long[] sizes = new long[64];
    private long[] times = new long[64];
    /** Where the content lies; for a link where its target stands among the texts. */
    private long[] places = new long[64];
    /** Texts in UTF-8, each behind its length in four bytes. */
    private byte[] texts = new byte[4096];
    private int textLength;
    /** Rows by parent and name, a hash table with open addressing; -1 where it is free. */
    private int[] slots = filled(128);
    /** Rows sorted by parent and name, once sealed. */
    private int[] order;

    TarIndex() {
        append(ABSENT, text(new byte[0]), FileType.DIRECTORY);
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
        places[row] = place;
        sizes[row] = size;
        return row;
    }

    /** Adds a symbolic link; what had its name is gone. */
    int putSymlink(int parent, String name, String target) {
        int link = text(target.getBytes(StandardCharsets.UTF_8));
        int row = put(parent, name, FileType.SYMLINK);
        places[row] = link;
        return row;
    }

    /** Adds one more name of a file or link. */
    int putHardLink(int parent, String name, int target) {
        int row = put(parent, name, type(target));
        places[row] = places[target];
        sizes[row] = sizes[target];
        if (sizes[target] > 0) {
            // Empty files share their place with the next one.
            types[target] |= HARD_LINKED;
            types[row] |= HARD_LINKED;
        }
        return row;
    }

    void setModified(int row, Instant time) {
        try {
            times[row] = Math.addExact(Math.multiplyExact(time.getEpochSecond(), TimeUnit.SECONDS.toNanos(1)), time.getNano());
        } catch (ArithmeticException | DateTimeException e) {
            // Before 1677 or after 2262: no time of a file.
            times[row] = 0;
        }
    }

    private int put(int parent, String name, FileType type) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int slot = slot(parent, bytes);
        int present = slots[slot];
        slots[slot] = append(parent, present == ABSENT ? text(bytes) : names[present], type);
        if (2 * count > slots.length) {
            rehash();
        }
        return count - 1;
    }

    private int append(int parent, int name, FileType type) {
        if (count == types.length) {
            int larger = count + (count >> 1);
            parents = Arrays.copyOf(parents, larger);
            names = Arrays.copyOf(names, larger);
            types = Arrays.copyOf(types, larger);
            sizes = Arrays.copyOf(sizes, larger);
            times = Arrays.copyOf(times, larger);
            places = Arrays.copyOf(places, larger);
        }
        parents[count] = parent;
        names[count] = name;
        types[count] = (byte) type.ordinal();
        return count++;
    }

    private int text(byte[] bytes) {
        int needed = Math.addExact(textLength, 4 + bytes.length);
        if (needed > texts.length) {
            texts = Arrays.copyOf(texts, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, texts.length * 3L / 2)));
        }
        int at = textLength;
        for (int i = 0; i < 4; i++) {
            texts[at + i] = (byte) (bytes.length >>> 8 * i);
        }
        System.arraycopy(bytes, 0, texts, at + 4, bytes.length);
        textLength = needed;
        return at;
    }

    private int length(int text) {
        return texts[text] & 0xFF | (texts[text + 1] & 0xFF) << 8 | (texts[text + 2] & 0xFF) << 16 | texts[text + 3] << 24;
    }

    private String string(int text) {
        return new String(texts, text + 4, length(text), StandardCharsets.UTF_8);
    }

    /** The place in the table that the entry has or would have. */
    private int slot(int parent, byte[] name) {
        int slot = hash(parent, name, 0, name.length) & slots.length - 1;
        while (slots[slot] != ABSENT && !is(slots[slot], parent, name)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private boolean is(int row, int parent, byte[] name) {
        int start = names[row] + 4;
        return parents[row] == parent
                && Arrays.equals(texts, start, start + length(names[row]), name, 0, name.length);
    }

    private static int hash(int parent, byte[] bytes, int from, int to) {
        int hash = parent;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ hash >>> 15;
    }

    private void rehash() {
        int[] before = slots;
        slots = filled(before.length * 2);
        for (int row : before) {
            if (row != ABSENT) {
                int start = names[row] + 4;
                int slot = hash(parents[row], texts, start, start + length(names[row])) & slots.length - 1;
                while (slots[slot] != ABSENT) {
                    slot = slot + 1 & slots.length - 1;
                }
                slots[slot] = row;
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
        Integer[] rows = Arrays.stream(slots).filter(row -> row != ABSENT).boxed().toArray(Integer[]::new);
        Arrays.sort(rows, this::compare);
        order = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            order[i] = rows[i];
        }
    }

    /** UTF-8 sorts by code points. */
    private int compare(int a, int b) {
        if (parents[a] != parents[b]) {
            return Integer.compare(parents[a], parents[b]);
        }
        int x = names[a] + 4;
        int y = names[b] + 4;
        return Arrays.compareUnsigned(texts, x, x + length(names[a]), texts, y, y + length(names[b]));
    }

    FileType type(int row) {
        return TYPES[types[row] & ~HARD_LINKED];
    }

    /** Where the content of a file lies. */
    long place(int row) {
        return places[row];
    }

    FileNode node(int row, String path) {
        FileType type = type(row);
        Instant modified = Instant.ofEpochSecond(Math.floorDiv(times[row], 1_000_000_000L), Math.floorMod(times[row], 1_000_000_000L));
        Object identity = type == FileType.FILE && (types[row] & HARD_LINKED) != 0 ? Long.valueOf(places[row]) : null;
        return new FileNode(path, type, sizes[row], modified, type == FileType.SYMLINK ? string((int) places[row]) : null, identity);
    }

    /** What a directory holds, sorted; nodes are made when they are asked for. */
    List<FileNode> children(int directory, String path) {
        int first = firstAtOrAbove(directory);
        int end = firstAtOrAbove(directory + 1);
        return new AbstractList<>() {
            @Override
            public FileNode get(int index) {
                int row = order[first + index];
                return node(row, WindowsPath.join(path, string(names[row])));
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
            if (parents[order[middle]] < parent) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
