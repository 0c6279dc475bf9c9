package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The view over a stack of layer indexes. Nothing is merged in advance: every look-up walks down the directories of all layers at
 * once, so that the view needs no memory of its own. Immutable, but for the look-ups it makes on its way up.
 */
final class MergedLayers {
    private static final int MOST_LINKS = 40;
    private static final Comparator<String> CODE_POINTS = MergedLayers::compareCodePoints;

    private final TarLayout layout;
    private final List<LayerIndex> layers;
    /** Files that upper layers have hard links to. */
    private final Set<Content> linkedAcross = new HashSet<>();

    /**
     * Content of a file; equal for two names of one file.
     *
     * @param layer whose tar holds it
     * @param offset where it begins there; -1 if it cannot be read
     */
    record Content(int layer, long offset) {}

    /**
     * What a path leads to: one node, or the directories of several layers that make one.
     *
     * @param path in the spelling of the image, without links on the way
     * @param in the layers, from the upper to the lower
     * @param nodes the node in each of these layers
     */
    record Found(String path, int[] in, int[] nodes) {}

    /** @param layers from the lowest to the uppermost */
    MergedLayers(TarLayout layout, List<LayerIndex> layers) {
        this.layout = layout;
        this.layers = List.copyOf(layers);
        for (int layer = 0; layer < layers.size(); layer++) {
            for (int link : layers.get(layer).externalLinks()) {
                Found target = linkTarget(layer, link);
                if (target != null) {
                    linkedAcross.add(content(target));
                }
            }
        }
    }

    /** What this path leads to; links on the way are followed, one at its end is not. */
    Optional<Found> find(String path) {
        return Optional.ofNullable(find(path, layers.size() - 1));
    }

    /** As {@link #find(String)}, in the layers up to this one. */
    private Found find(String path, int uppermost) {
        Deque<String> left = split(path);
        Deque<Found> way = new ArrayDeque<>();
        way.push(root(uppermost));
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.removeFirst();
            if (part.equals("..")) {
                way.pop();
                if (way.isEmpty()) {
                    return null;
                }
                continue;
            }
            Found next = isDirectory(way.peek()) ? child(way.peek(), part) : null;
            if (next == null) {
                return null;
            }
            if (!left.isEmpty() && kind(next) == LayerIndex.SYMLINK) {
                String target = LinkTarget.resolve(next.path(), first(next).text(next.nodes()[0]));
                if (target == null || ++links > MOST_LINKS) {
                    return null;
                }
                split(target).descendingIterator().forEachRemaining(left::addFirst);
                way.clear();
                next = root(uppermost);
            }
            way.push(next);
        }
        return way.peek();
    }

    private static Deque<String> split(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return parts;
    }

    private Found root(int uppermost) {
        int[] in = new int[uppermost + 1];
        for (int i = 0; i < in.length; i++) {
            in[i] = uppermost - i;
        }
        return new Found("", in, new int[in.length]);
    }

    /** The entry of this name in a directory; null if there is none. */
    Found child(Found directory, String name) {
        Candidate candidate = new Candidate();
        for (int i = 0; i < directory.in().length && !candidate.complete; i++) {
            int node = layers.get(directory.in()[i]).child(directory.nodes()[i], name);
            if (node != LayerIndex.ABSENT) {
                candidate.add(directory.in()[i], node);
            }
        }
        return candidate.found(directory.path());
    }

    /** All entries of a directory, sorted by name in code point order. */
    List<Found> children(Found directory) {
        Map<String, Candidate> candidates = new TreeMap<>((a, b) -> LayerIndex.compare(layout, a, b));
        for (int i = 0; i < directory.in().length; i++) {
            LayerIndex index = layers.get(directory.in()[i]);
            int start = index.firstChild(directory.nodes()[i]);
            for (int node = start; node < start + index.childCount(directory.nodes()[i]); node++) {
                Candidate candidate = candidates.computeIfAbsent(index.name(node), name -> new Candidate());
                if (!candidate.complete) {
                    candidate.add(directory.in()[i], node);
                }
            }
        }
        List<Found> children = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates.values()) {
            Found child = candidate.found(directory.path());
            if (child != null) {
                children.add(child);
            }
        }
        children.sort(Comparator.comparing(Found::path, CODE_POINTS));
        return children;
    }

    /** Gathers what the layers have under one name, from the upper to the lower. */
    private final class Candidate {
        private int[] in = new int[1];
        private int[] nodes = new int[1];
        private int length;
        private boolean complete;

        void add(int layer, int node) {
            LayerIndex index = layers.get(layer);
            boolean directory = index.isDirectory(node);
            boolean hidden = index.kind(node) == LayerIndex.WHITEOUT || !directory && length > 0;
            if (!hidden) {
                if (length == in.length) {
                    in = Arrays.copyOf(in, 2 * length);
                    nodes = Arrays.copyOf(nodes, 2 * length);
                }
                in[length] = layer;
                nodes[length++] = node;
            }
            complete = !directory || index.has(node, LayerIndex.OPAQUE);
        }

        Found found(String directory) {
            if (length == 0) {
                return null;
            }
            String name = layers.get(in[0]).name(nodes[0]);
            String path = directory.isEmpty() ? name : directory + "/" + name;
            return new Found(path, Arrays.copyOf(in, length), Arrays.copyOf(nodes, length));
        }
    }

    private LayerIndex first(Found found) {
        return layers.get(found.in()[0]);
    }

    private int kind(Found found) {
        return first(found).kind(found.nodes()[0]);
    }

    boolean isDirectory(Found found) {
        return found.in().length == 0 || first(found).isDirectory(found.nodes()[0]);
    }

    /** The node that other trees would show; empty for a hard link to nowhere. */
    Optional<FileNode> node(Found found) {
        if (isDirectory(found)) {
            return Optional.of(new FileNode(found.path(), FileType.DIRECTORY, 0, modified(found), null, null));
        }
        Found target = target(found);
        if (target == null) {
            return Optional.empty();
        }
        LayerIndex index = first(target);
        int node = target.nodes()[0];
        boolean file = index.kind(node) == LayerIndex.FILE;
        Content content = content(target);
        Object identity = file && (index.has(node, LayerIndex.LINKED) || linkedAcross.contains(content)) ? content : null;
        return Optional.of(file
                ? new FileNode(found.path(), FileType.FILE, index.sizes()[node], index.modified(node), null, identity)
                : new FileNode(found.path(), FileType.SYMLINK, 0, index.modified(node), index.text(node), null));
    }

    /** Where the content of a file lies; null if it is none. */
    Content fileContent(Found found) {
        Found target = isDirectory(found) ? null : target(found);
        return target == null || kind(target) != LayerIndex.FILE ? null : content(target);
    }

    private Content content(Found file) {
        return new Content(file.in()[0], first(file).places()[file.nodes()[0]]);
    }

    /** The file or link itself, or what a hard link to a lower layer stands for; null if that is not there. */
    private Found target(Found found) {
        return kind(found) == LayerIndex.EXTERNAL_LINK ? linkTarget(found.in()[0], found.nodes()[0]) : found;
    }

    private Found linkTarget(int layer, int link) {
        int uppermost = layer;
        int node = link;
        for (int i = 0; i < MOST_LINKS; i++) {
            Found target = find(layers.get(uppermost).text(node), uppermost);
            if (target == null || isDirectory(target)) {
                return null;
            }
            if (kind(target) != LayerIndex.EXTERNAL_LINK) {
                return target;
            }
            uppermost = target.in()[0];
            node = target.nodes()[0];
        }
        return null;
    }

    private Instant modified(Found directory) {
        int stated = stated(directory);
        return stated < 0 ? Instant.EPOCH : layers.get(directory.in()[stated]).modified(directory.nodes()[stated]);
    }

    /** The uppermost layer that has an entry for the directory itself, or -1. */
    private int stated(Found directory) {
        for (int i = 0; i < directory.in().length; i++) {
            if (layers.get(directory.in()[i]).kind(directory.nodes()[i]) == LayerIndex.DIRECTORY) {
                return i;
            }
        }
        return -1;
    }

    /** The entry that a directory has in its uppermost layer, named by its path in the image. */
    LayerEntry directoryEntry(Found directory) {
        int stated = stated(directory);
        LayerTimes times = LayerTimes.at(modified(directory));
        if (stated < 0) {
            return LayerEntry.directory(directory.path(), null, times);
        }
        LayerIndex.Detail detail = layers.get(directory.in()[stated]).detail(directory.nodes()[stated]);
        return new LayerEntry(directory.path(), LayerEntry.Type.DIRECTORY, 0, null, detail.attributes(), detail.security(), times,
                Collections.emptySortedMap());
    }

    private static int compareCodePoints(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean bothOrNeither = Character.isSurrogate(x) == Character.isSurrogate(y);
                return bothOrNeither ? x - y : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
