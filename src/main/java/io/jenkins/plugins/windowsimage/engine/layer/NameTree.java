package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.files.CaseFolding;
import io.jenkins.plugins.windowsimage.engine.files.HashSeed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of a tree that grows: nodes are numbers from 0, found by parent and name as {@link LayerIndex#compare} tells names apart.
 * Keeps them in flat arrays. For one thread at a time.
 */
final class NameTree {
    static final int NONE = -1;

    private final TarLayout layout;

    private byte[] names = new byte[1024];
    private int namesLength;
    private int count;
    private int[] nameEnds = new int[64];
    private int[] parents = new int[64];
    /** Last added child of a directory, and the child added before a node. */
    private int[] lastChildren = new int[64];
    private int[] siblings = new int[64];
    /** Finds a node by its parent and name: open addressing, twice as many places as nodes or more. */
    private int[] table = filled(256);

    NameTree(TarLayout layout) {
        this.layout = layout;
    }

    /**
     * Adds a node and returns it.
     *
     * @param parent has no child of this name; {@link #NONE} for the first node
     */
    int add(int parent, String name) {
        if (count == parents.length) {
            grow();
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (namesLength + bytes.length > names.length) {
            names = Arrays.copyOf(names, Math.max(names.length + names.length / 2, namesLength + bytes.length));
        }
        System.arraycopy(bytes, 0, names, namesLength, bytes.length);
        namesLength += bytes.length;
        int node = count++;
        nameEnds[node] = namesLength;
        parents[node] = parent;
        lastChildren[node] = NONE;
        siblings[node] = NONE;
        if (parent != NONE) {
            siblings[node] = lastChildren[parent];
            lastChildren[parent] = node;
            if (count * 2 > table.length) {
                growTable();
            }
            table[slot(parent, name)] = node;
        }
        return node;
    }

    private void grow() {
        int length = count + count / 2;
        nameEnds = Arrays.copyOf(nameEnds, length);
        parents = Arrays.copyOf(parents, length);
        lastChildren = Arrays.copyOf(lastChildren, length);
        siblings = Arrays.copyOf(siblings, length);
    }

    /** The child of this name, or {@link #NONE}. */
    int find(int parent, String name) {
        return table[slot(parent, name)];
    }

    boolean hasChildren(int node) {
        return lastChildren[node] != NONE;
    }

    String name(int node) {
        int start = nameStart(node);
        return new String(names, start, nameEnds[node] - start, StandardCharsets.UTF_8);
    }

    private int nameStart(int node) {
        return node == 0 ? 0 : nameEnds[node - 1];
    }

    /** Where this child of this parent stands in the table, or would. */
    private int slot(int parent, String name) {
        int mask = table.length - 1;
        int slot = hash(parent, name) & mask;
        while (table[slot] != NONE && (parents[table[slot]] != parent || !isCalled(table[slot], name))) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Without making a string as long as the name is ASCII. */
    private boolean isCalled(int node, String name) {
        int start = nameStart(node);
        int length = nameEnds[node] - start;
        for (int i = 0; i < length && i < name.length(); i++) {
            char x = (char) names[start + i];
            char y = name.charAt(i);
            if (x >= 0x80 || y >= 0x80) {
                return LayerIndex.compare(layout, name(node), name) == 0;
            }
            if (folded(x) != folded(y)) {
                return false;
            }
        }
        return length == name.length();
    }

    private char folded(char c) {
        return layout == TarLayout.WINDOWS ? CaseFolding.fold(c) : c;
    }

    private int hash(int parent, String name) {
        long hash = HashSeed.VALUE ^ parent;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ folded(name.charAt(i))) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash >>> 32);
    }

    private void growTable() {
        table = filled(table.length * 2);
        for (int node = 1; node < count - 1; node++) {
            table[slot(parents[node], name(node))] = node;
        }
    }

    private static int[] filled(int length) {
        int[] table = new int[length];
        Arrays.fill(table, NONE);
        return table;
    }

    /** Takes where the children of a node stand. */
    @FunctionalInterface
    interface Children {
        void at(int node, int start, int end);
    }

    /** All nodes, the children of each one after the other and sorted; the tree takes no more names from then on. */
    int[] sort(Children children) {
        table = null;
        int[] order = new int[count];
        int end = 1;
        for (int i = 0; i < count; i++) {
            int start = end;
            for (int child = lastChildren[order[i]]; child != NONE; child = siblings[child]) {
                order[end++] = child;
            }
            sort(order, start, end);
            children.at(order[i], start, end);
        }
        return order;
    }

    /** Merge sort, which takes no memory for objects; the nodes come newest first and are mostly sorted the other way round. */
    private void sort(int[] nodes, int start, int end) {
        for (int low = start, high = end - 1; low < high; low++, high--) {
            int swapped = nodes[low];
            nodes[low] = nodes[high];
            nodes[high] = swapped;
        }
        mergeSort(nodes, new int[(end - start) / 2], start, end);
    }

    private void mergeSort(int[] nodes, int[] left, int start, int end) {
        if (end - start < 2) {
            return;
        }
        int middle = start + (end - start) / 2;
        mergeSort(nodes, left, start, middle);
        mergeSort(nodes, left, middle, end);
        if (compareNames(nodes[middle - 1], nodes[middle]) < 0) {
            return;
        }
        int leftLength = middle - start;
        System.arraycopy(nodes, start, left, 0, leftLength);
        int target = start;
        int right = middle;
        int i = 0;
        while (i < leftLength) {
            boolean takeRight = right < end && compareNames(nodes[right], left[i]) < 0;
            nodes[target++] = takeRight ? nodes[right++] : left[i++];
        }
    }

    /** As {@link LayerIndex#compare} orders the names of two nodes, but without making strings as long as they are ASCII. */
    private int compareNames(int a, int b) {
        int i = nameStart(a);
        int j = nameStart(b);
        while (i < nameEnds[a] && j < nameEnds[b]) {
            char x = (char) names[i++];
            char y = (char) names[j++];
            if (x >= 0x80 || y >= 0x80) {
                return LayerIndex.compare(layout, name(a), name(b));
            }
            int order = folded(x) - folded(y);
            if (order != 0) {
                return order;
            }
        }
        return nameEnds[a] - i - (nameEnds[b] - j);
    }

    /** The names in UTF-8, in the order of these nodes and without anything between them. */
    byte[] names(int[] order) {
        byte[] sorted = new byte[namesLength];
        int end = 0;
        for (int node : order) {
            int start = nameStart(node);
            System.arraycopy(names, start, sorted, end, nameEnds[node] - start);
            end += nameEnds[node] - start;
        }
        return sorted;
    }

    /** Where in {@link #names(int[])} each name ends. */
    int[] nameEnds(int[] order) {
        int[] ends = new int[order.length];
        int end = 0;
        for (int i = 0; i < order.length; i++) {
            end += nameEnds[order[i]] - nameStart(order[i]);
            ends[i] = end;
        }
        return ends;
    }
}
