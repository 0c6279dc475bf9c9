package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
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
    private static final String FILES = "Files";
    private static final int MOST_DETAILS = 1 << 16;
    private static final int KIND = 0x0F;
    /** The kind of a node that was made for an entry but does not say yet what it is. */
    private static final byte UNSET = 0x0F;

    private final String layer;
    private final TarLayout layout;
    private NameTree names;

    private byte[] kinds = new byte[64];
    private long[] sizes = new long[64];
    private long[] times = new long[64];
    private long[] places = new long[64];
    private int[] details = new int[64];

    private final List<String> texts = new ArrayList<>();
    private final List<LayerIndex.Detail> directoryDetails = new ArrayList<>();
    private final Map<LayerIndex.Detail, Integer> detailNumbers = new HashMap<>();
    /** Hard links of this layer, resolved at the end. */
    private final List<Integer> hardLinks = new ArrayList<>();

    LayerIndexBuilder(String layer, TarLayout layout) {
        this.layer = layer;
        this.layout = layout;
        this.names = new NameTree(layout);
        detail(new LayerIndex.Detail(FileAttributes.DIRECTORY, null));
        node(NameTree.NONE, "", LayerIndex.IMPLICIT_DIRECTORY);
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
            int node = names.find(directory, name);
            if (slash < 0) {
                return node == NameTree.NONE ? node(directory, name, UNSET) : node;
            }
            if (node == NameTree.NONE) {
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
        if (isDirectory(node) && names.hasChildren(node) && (kind & KIND) > LayerIndex.DIRECTORY) {
            throw refused(names.name(node), "is there twice, as a directory and as something else");
        }
        boolean whiteout = (kinds[node] & KIND) == LayerIndex.WHITEOUT;
        int opaque = whiteout ? LayerIndex.OPAQUE : isNew(node) ? 0 : kinds[node] & LayerIndex.OPAQUE;
        kinds[node] = (byte) (kind & KIND | opaque);
        sizes[node] = 0;
        places[node] = 0;
    }

    private int node(int parent, String name, byte kind) {
        int node = names.add(parent, name);
        if (node == kinds.length) {
            int length = node + node / 2;
            kinds = Arrays.copyOf(kinds, length);
            sizes = Arrays.copyOf(sizes, length);
            times = Arrays.copyOf(times, length);
            places = Arrays.copyOf(places, length);
            details = Arrays.copyOf(details, length);
        }
        kinds[node] = kind;
        return node;
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
        int[] order = names.sort(this::setChildren);
        List<String> usedTexts = new ArrayList<>();
        List<Integer> externalLinks = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            int node = order[i];
            int kind = kinds[node] & KIND;
            if (kind == LayerIndex.SYMLINK || kind == LayerIndex.EXTERNAL_LINK) {
                usedTexts.add(texts.get((int) places[node]));
                places[node] = usedTexts.size() - 1;
            }
            if (kind == LayerIndex.EXTERNAL_LINK) {
                externalLinks.add(i);
            }
        }
        byte[] sortedNames = names.names(order);
        int[] nameEnds = names.nameEnds(order);
        // What is not needed any more makes room for what comes.
        names = null;
        return new LayerIndex(layout, sortedNames, nameEnds, sortedKinds(order), sizes = sorted(sizes, order),
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

    private void setChildren(int node, int start, int end) {
        if (isDirectory(node)) {
            places[node] = start;
            sizes[node] = end - start;
        }
    }

    /** Lets a hard link share what its target is, if that lies in this layer. */
    private void resolve(int link) {
        if ((kinds[link] & KIND) != LayerIndex.EXTERNAL_LINK) {
            return;
        }
        String path = texts.get((int) places[link]);
        int target = LayerIndex.ROOT;
        for (String part : path.split("/")) {
            target = target == NameTree.NONE ? NameTree.NONE : names.find(target, part);
        }
        int kind = target == NameTree.NONE ? LayerIndex.WHITEOUT : kinds[target] & KIND;
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
