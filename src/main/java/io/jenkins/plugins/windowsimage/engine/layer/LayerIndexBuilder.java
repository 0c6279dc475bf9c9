package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.CaseFolding;
import io.jenkins.plugins.windowsimage.engine.files.HashSeed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the entries of one layer and sorts them into a {@link LayerIndex}. Keeps them in flat arrays from the start, so that
 * a million entries need no more than twice what the index takes. For one thread at a time.
 */
final class LayerIndexBuilder {
    private static final int NONE = -1;
    private static final String FILES = "Files";
    private static final int MOST_DETAILS = 1 << 16;
    private static final int KIND = 0x0F;
    /** The kind of a node that was made for an entry but does not say yet what it is. */
    private static final byte UNSET = 0x0F;

    private final String layer;
    private final TarLayout layout;

    private byte[] names = new byte[1024];
    private int namesLength;
    private int count;
    private int[] nameEnds = new int[64];
    private byte[] kinds = new byte[64];
    private long[] sizes = new long[64];
    private long[] times = new long[64];
    private long[] places = new long[64];
    private int[] details = new int[64];
    private int[] parents = new int[64];
    /** Last added child of a directory, and the child added before a node. */
    private int[] lastChildren = new int[64];
    private int[] siblings = new int[64];
    /** Finds a node by its parent and name: open addressing, twice as many places as nodes or more. */
    private int[] table = filled(256);

    private final List<String> texts = new ArrayList<>();
    private final List<LayerIndex.Detail> directoryDetails = new ArrayList<>();
    private final Map<LayerIndex.Detail, Integer> detailNumbers = new HashMap<>();
    /** Hard links of this layer, resolved at the end. */
    private final List<Integer> hardLinks = new ArrayList<>();

    LayerIndexBuilder(String layer, TarLayout layout) {
        this.layer = layer;
        this.layout = layout;
        detail(new LayerIndex.Detail(FileAttributes.DIRECTORY, null));
        node(NONE, "", LayerIndex.IMPLICIT_DIRECTORY);
    }

    /**
     * Adds the next entry of the tar.
     *
     * @param contentOffset where its content begins in the tar; -1 if that cannot be read
     */
    void add(LayerEntry entry, long contentOffset) {
        String path = imagePath(entry.name());
        if (path == null || entry.type() == LayerEntry.Type.ALTERNATE_STREAM) {
            return;
        }
        int node = path.isEmpty() ? LayerIndex.ROOT : place(path);
        switch (entry.type()) {
            case DIRECTORY -> {
                become(node, LayerIndex.DIRECTORY);
                details[node] = detail(new LayerIndex.Detail(entry.attributes(), entry.security()));
            }
            case OPAQUE_DIRECTORY -> {
                become(node, isDirectory(node) ? kinds[node] : LayerIndex.IMPLICIT_DIRECTORY);
                kinds[node] |= LayerIndex.OPAQUE;
                return;
            }
            case WHITEOUT -> {
                if (isNew(node)) {
                    kinds[node] = LayerIndex.WHITEOUT;
                } else {
                    kinds[node] |= LayerIndex.OPAQUE;
                }
                return;
            }
            case FILE -> {
                become(node, LayerIndex.FILE);
                sizes[node] = entry.size();
                places[node] = contentOffset;
            }
            case HARD_LINK -> {
                String target = imagePath(entry.linkTarget());
                if (target == null) {
                    throw refused(entry.name(), "is a hard link to something that is no file of the image");
                }
                become(node, LayerIndex.EXTERNAL_LINK);
                places[node] = text(target);
                hardLinks.add(node);
            }
            default -> {
                become(node, LayerIndex.SYMLINK);
                places[node] = text(entry.linkTarget());
            }
        }
        times[node] = ticks(entry);
    }

    private long ticks(LayerEntry entry) {
        try {
            return LayerIndex.ticks(entry.modified());
        } catch (ArithmeticException e) {
            return LayerIndex.ticks(Instant.EPOCH);
        }
    }

    /** The path in the image; null for what is no file of the image, such as registry hives. */
    private String imagePath(String name) {
        if (layout == TarLayout.PLAIN) {
            return name;
        }
        if (!name.regionMatches(true, 0, FILES, 0, FILES.length())) {
            return null;
        }
        if (name.length() == FILES.length()) {
            return "";
        }
        return name.charAt(FILES.length()) == '/' ? name.substring(FILES.length() + 1) : null;
    }

    /** The node of this path; it and the directories on the way are made if they are not there. */
    private int place(String path) {
        int directory = LayerIndex.ROOT;
        int start = 0;
        while (true) {
            int slash = path.indexOf('/', start);
            String name = slash < 0 ? path.substring(start) : path.substring(start, slash);
            int node = find(directory, name);
            if (slash < 0) {
                return node == NONE ? node(directory, name, UNSET) : node;
            }
            if (node == NONE) {
                node = node(directory, name, LayerIndex.IMPLICIT_DIRECTORY);
            } else if ((kinds[node] & KIND) == LayerIndex.WHITEOUT) {
                kinds[node] = LayerIndex.IMPLICIT_DIRECTORY | LayerIndex.OPAQUE;
            } else if (!isDirectory(node)) {
                throw refused(path, "lies below something that is no directory");
            }
            directory = node;
            start = slash + 1;
        }
    }

    private EngineException refused(String name, String why) {
        return new EngineException(ErrorKind.TAR_EXTRACT_FAILED, "the " + layer + " is not safe to read: \"" + name + "\" " + why);
    }

    private boolean isNew(int node) {
        return kinds[node] == UNSET;
    }

    private boolean isDirectory(int node) {
        return (kinds[node] & KIND) <= LayerIndex.DIRECTORY;
    }

    /** Makes a node what an entry says, in the place of whatever an earlier entry of the same name said. */
    private void become(int node, byte kind) {
        if (isDirectory(node) && lastChildren[node] != NONE && (kind & KIND) > LayerIndex.DIRECTORY) {
            throw refused(name(node), "is there twice, as a directory and as something else");
        }
        boolean whiteout = (kinds[node] & KIND) == LayerIndex.WHITEOUT;
        int opaque = whiteout ? LayerIndex.OPAQUE : isNew(node) ? 0 : kinds[node] & LayerIndex.OPAQUE;
        kinds[node] = (byte) (kind & KIND | opaque);
        sizes[node] = 0;
        places[node] = 0;
    }

    private int node(int parent, String name, byte kind) {
        if (count == kinds.length) {
            growNodes();
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (namesLength + bytes.length > names.length) {
            names = Arrays.copyOf(names, Math.max(names.length + names.length / 2, namesLength + bytes.length));
        }
        System.arraycopy(bytes, 0, names, namesLength, bytes.length);
        namesLength += bytes.length;
        int node = count++;
        nameEnds[node] = namesLength;
        kinds[node] = kind;
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

    private void growNodes() {
        int length = count + count / 2;
        nameEnds = Arrays.copyOf(nameEnds, length);
        kinds = Arrays.copyOf(kinds, length);
        sizes = Arrays.copyOf(sizes, length);
        times = Arrays.copyOf(times, length);
        places = Arrays.copyOf(places, length);
        details = Arrays.copyOf(details, length);
        parents = Arrays.copyOf(parents, length);
        lastChildren = Arrays.copyOf(lastChildren, length);
        siblings = Arrays.copyOf(siblings, length);
    }

    private int find(int parent, String name) {
        return table[slot(parent, name)];
    }

    /** Where this child of this parent stands in the table, or would. */
    private int slot(int parent, String name) {
        int mask = table.length - 1;
        int slot = hash(parent, name) & mask;
        while (table[slot] != NONE
                && (parents[table[slot]] != parent || LayerIndex.compare(layout, name(table[slot]), name) != 0)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private int hash(int parent, String name) {
        long hash = HashSeed.VALUE ^ parent;
        for (int i = 0; i < name.length(); i++) {
            char c = layout == TarLayout.WINDOWS ? CaseFolding.fold(name.charAt(i)) : name.charAt(i);
            hash = (hash ^ c) * 0x9E3779B97F4A7C15L;
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

    private String name(int node) {
        int start = nameStart(node);
        return new String(names, start, nameEnds[node] - start, StandardCharsets.UTF_8);
    }

    private int nameStart(int node) {
        return node == 0 ? 0 : nameEnds[node - 1];
    }

    private int text(String text) {
        texts.add(text);
        return texts.size() - 1;
    }

    private int detail(LayerIndex.Detail detail) {
        Integer known = detailNumbers.get(detail);
        if (known == null) {
            if (directoryDetails.size() >= MOST_DETAILS) {
                return 0;
            }
            known = directoryDetails.size();
            directoryDetails.add(detail);
            detailNumbers.put(detail, known);
        }
        return known;
    }

    /** The finished index; nothing can be added afterwards. */
    LayerIndex build() {
        hardLinks.forEach(this::resolve);
        table = null;
        int[] order = order();
        List<String> usedTexts = new ArrayList<>();
        List<Integer> externalLinks = new ArrayList<>();
        byte[] sortedNames = new byte[namesLength];
        int[] sortedEnds = new int[count];
        int end = 0;
        for (int i = 0; i < count; i++) {
            int node = order[i];
            int start = nameStart(node);
            int length = nameEnds[node] - start;
            System.arraycopy(names, start, sortedNames, end, length);
            end += length;
            sortedEnds[i] = end;
            int kind = kinds[node] & KIND;
            if (kind == LayerIndex.SYMLINK || kind == LayerIndex.EXTERNAL_LINK) {
                usedTexts.add(texts.get((int) places[node]));
                places[node] = usedTexts.size() - 1;
            }
            if (kind == LayerIndex.EXTERNAL_LINK) {
                externalLinks.add(i);
            }
        }
        names = null;
        nameEnds = null;
        return new LayerIndex(layout, sortedNames, sortedEnds, sortedKinds(order), sizes = sorted(sizes, order),
                times = sorted(times, order), places = sorted(places, order), sortedDetails(order), List.copyOf(usedTexts),
                List.copyOf(directoryDetails), externalLinks.stream().mapToInt(Integer::intValue).toArray());
    }

    private static long[] sorted(long[] column, int[] order) {
        long[] sorted = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = column[order[i]];
        }
        return sorted;
    }

    private byte[] sortedKinds(int[] order) {
        byte[] sorted = new byte[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = kinds[order[i]];
        }
        return sorted;
    }

    private int[] sortedDetails(int[] order) {
        int[] sorted = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = details[order[i]];
        }
        return sorted;
    }

    /** All nodes, the children of each directory one after the other and sorted; tells the directories where theirs are. */
    private int[] order() {
        int[] order = new int[count];
        int end = 1;
        for (int i = 0; i < end; i++) {
            int node = order[i];
            if (isDirectory(node)) {
                int start = end;
                for (int child = lastChildren[node]; child != NONE; child = siblings[child]) {
                    order[end++] = child;
                }
                sort(order, start, end);
                places[node] = start;
                sizes[node] = end - start;
            }
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
            int order = layout == TarLayout.WINDOWS ? CaseFolding.fold(x) - CaseFolding.fold(y) : x - y;
            if (order != 0) {
                return order;
            }
        }
        return nameEnds[a] - i - (nameEnds[b] - j);
    }

    /** Lets a hard link share what its target is, if that lies in this layer. */
    private void resolve(int link) {
        if ((kinds[link] & KIND) != LayerIndex.EXTERNAL_LINK) {
            return;
        }
        String path = texts.get((int) places[link]);
        int target = LayerIndex.ROOT;
        for (String part : path.split("/")) {
            target = target == NONE ? NONE : find(target, part);
        }
        int kind = target == NONE ? LayerIndex.WHITEOUT : kinds[target] & KIND;
        if (target == link || kind <= LayerIndex.DIRECTORY) {
            throw refused(path, "is the target of a hard link, but no file");
        }
        if (kind == LayerIndex.FILE || kind == LayerIndex.SYMLINK) {
            kinds[target] |= LayerIndex.LINKED;
            kinds[link] = (byte) (kinds[link] & LayerIndex.OPAQUE | kind | LayerIndex.LINKED);
            sizes[link] = sizes[target];
            times[link] = times[target];
            places[link] = places[target];
        }
    }
}
