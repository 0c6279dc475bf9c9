package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.PruneReport.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes from a store what is not needed any more: images without a name, cached steps, blobs and layer indexes
 * that nothing names, interrupted downloads. Never what a running process leases. Safe at any time, also when it is
 * killed: what names a blob goes before the blob. Leftovers of dead processes are the task of {@link Leftovers}.
 */
public final class Pruner {
    private final StorageRoot root;
    private final BlobDirectory blobs;
    private final ImageGraph graph;
    private final StoredReferrers referrers;
    private Map<Digest, List<Descriptor>> referring = Map.of();

    public Pruner(StorageRoot root) {
        this.root = root;
        this.blobs = new BlobDirectory(root);
        this.graph = new ImageGraph(blobs);
        this.referrers = new StoredReferrers(root);
    }

    /**
     * Removes what the options allow, the longest unused first. Others wait meanwhile before they take anything
     * into use.
     */
    public PruneReport prune(PruneOptions options) throws IOException {
        try (StoreLocks.Held collecting = root.locks().collecting()) {
            Inventory inventory = takeStock(options.all());
            Selection selection = inventory.select(options);
            if (!options.dryRun()) {
                for (Item item : inOrder(selection.items())) {
                    Files.deleteIfExists(item.file());
                }
            }
            return new PruneReport(
                    selection.items().stream()
                            .map(item -> new PruneReport.Removed(item.kind(), item.name(), item.bytes()))
                            .toList(),
                    selection.freed(),
                    inventory.total() - selection.freed());
        }
    }

    private Inventory takeStock(boolean all) throws IOException {
        Inventory inventory = new Inventory();
        referring = referrers.all();
        for (Digest leased : Lease.collect(root)) {
            inventory.keep(closureOf(leased));
        }
        ImageNames names = new ImageNames(root);
        for (StoredImage image : names.list()) {
            Set<Digest> closure = closureOf(image.descriptor());
            if (image.name() != null && !all) {
                inventory.keep(closure);
            } else {
                Path file = names.file(image);
                String name = image.name() == null ? image.buildId() : image.name();
                inventory.add(item(Kind.IMAGE, name, file, 0), closure);
            }
        }
        for (Path file : RecordFile.list(root.cache())) {
            Optional<CachedStep> step = RecordFile.read(file, CachedStep.class);
            Set<Digest> layer = step.isPresent() && step.get().layer() != null
                    ? Set.of(step.get().layer().digest())
                    : Set.of();
            String key = file.getFileName().toString().replace(".json", "");
            inventory.add(item(Kind.CACHED_STEP, key, file, 0), layer);
        }
        for (BlobDirectory.Entry blob : blobs.list()) {
            inventory.addContent(blob.digest(), new Item(
                    Kind.BLOB, blob.digest().toString(), blobs.path(blob.digest()), blob.size(), blob.lastUsed()));
        }
        for (Path file : RecordFile.list(root.referrers())) {
            // It goes when what it refers to goes, whatever its age; one that cannot be read stands for nothing.
            Digest subject = referrers.read(file).map(StoredReferrers.Referrer::subject).orElse(null);
            String name = file.getFileName().toString().replace(".json", "");
            inventory.addContent(subject, new Item(Kind.REFERRER, name, file, 0, Instant.EPOCH));
        }
        addFiles(inventory, root.indexes(), Kind.LAYER_INDEX);
        addFiles(inventory, root.incoming(), Kind.PARTIAL_DOWNLOAD);
        return inventory;
    }

    private void addFiles(Inventory inventory, Path directory, Kind kind) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean counts = kind == Kind.LAYER_INDEX ? name.matches("[0-9a-f]{64}.*") : isDeadPartial(file);
                if (counts) {
                    try {
                        Item item = item(kind, name, file, Files.size(file));
                        inventory.addContent(kind == Kind.LAYER_INDEX ? new Digest(name.substring(0, 64)) : null, item);
                    } catch (NoSuchFileException e) {
                        // Its owner removed it since it was listed.
                    }
                }
            }
        }
    }

    private boolean isDeadPartial(Path file) throws IOException {
        if (!TemporaryFile.isPartial(file)) {
            return false;
        }
        Optional<StoreLocks.Held> lock = root.locks().tryLock(TemporaryFile.lockName(file));
        if (lock.isPresent()) {
            // Nobody can begin to use it while we collect.
            lock.get().close();
        }
        return lock.isPresent();
    }

    private static Item item(Kind kind, String name, Path file, long bytes) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Item(kind, name, file, bytes, attributes.lastModifiedTime().toInstant());
    }

    /** Everything an image is made of, and what refers to it, as far as it is here. */
    private Set<Digest> closureOf(Descriptor image) throws IOException {
        Set<Digest> closure = new HashSet<>();
        collect(image, closure);
        return closure;
    }

    private void collect(Descriptor descriptor, Set<Digest> closure) throws IOException {
        boolean added = closure.add(descriptor.digest());
        if (added && ImageGraph.hasChildren(descriptor) && blobs.contains(descriptor.digest())) {
            try {
                for (Descriptor child : graph.children(descriptor)) {
                    collect(child, closure);
                }
            } catch (IllegalArgumentException | EngineException e) {
                // Damaged: what it named cannot be told.
            }
            for (Descriptor referrer : referring.getOrDefault(descriptor.digest(), List.of())) {
                collect(referrer, closure);
            }
        }
    }

    private Set<Digest> closureOf(Digest leased) throws IOException {
        Set<Digest> closure = new HashSet<>(Set.of(leased));
        Optional<RawManifest> manifest = blobs.contains(leased) ? graph.recognise(leased) : Optional.empty();
        if (manifest.isPresent()) {
            collect(manifest.get().descriptor(), closure);
            for (Descriptor child : ImageGraph.children(manifest.get())) {
                collect(child, closure);
            }
        }
        return closure;
    }

    /** Records go first, then indexes, then manifests, then the rest: nothing is left that names what is gone. */
    private List<Item> inOrder(List<Item> items) throws IOException {
        Map<Item, Integer> ranks = new HashMap<>();
        for (Item item : items) {
            ranks.put(item, rank(item));
        }
        List<Item> ordered = new ArrayList<>(items);
        ordered.sort(Comparator.comparing(ranks::get));
        return ordered;
    }

    private int rank(Item item) throws IOException {
        if (item.kind() != Kind.BLOB) {
            return switch (item.kind()) {
                case IMAGE, CACHED_STEP, REFERRER -> 0;
                default -> 4;
            };
        }
        return graph.recognise(Digest.parse(item.name())).map(raw -> raw.isIndex() ? 1 : 2).orElse(3);
    }

    /** A file that may go. */
    private record Item(Kind kind, String name, Path file, long bytes, Instant lastUsed) {}

    private record Selection(List<Item> items, long freed) {}

    /** What is there, what it names, and what has to stay. */
    private static final class Inventory {
        private final Set<Digest> kept = new HashSet<>();
        private final Map<Item, Set<Digest>> namers = new HashMap<>();
        private final Map<Digest, Integer> references = new HashMap<>();
        private final Map<Digest, List<Item>> content = new HashMap<>();
        private final List<Item> loose = new ArrayList<>();
        private long total;

        void keep(Set<Digest> digests) {
            kept.addAll(digests);
        }

        void add(Item namer, Set<Digest> names) {
            namers.put(namer, names);
            names.forEach(digest -> references.merge(digest, 1, Integer::sum));
        }

        /** @param digest what it is the content of; null if it stands alone */
        void addContent(Digest digest, Item item) {
            total += item.bytes();
            if (digest == null) {
                loose.add(item);
            } else {
                content.computeIfAbsent(digest, any -> new ArrayList<>()).add(item);
            }
        }

        long total() {
            return total;
        }

        Selection select(PruneOptions options) {
            List<Item> candidates = new ArrayList<>(loose);
            candidates.addAll(namers.keySet());
            content.forEach((digest, items) -> {
                if (isFree(digest)) {
                    candidates.addAll(items);
                }
            });
            candidates.sort(Comparator.comparing(Item::lastUsed).thenComparing(Item::name));
            Instant newest = options.olderThan() == null ? Instant.MAX : Instant.now().minus(options.olderThan());
            List<Item> selected = new ArrayList<>();
            long freed = 0;
            for (Item candidate : candidates) {
                boolean smallEnough = options.keepBytes() > 0 && total - freed <= options.keepBytes();
                if (smallEnough || candidate.lastUsed().isAfter(newest)) {
                    break;
                }
                selected.add(candidate);
                freed += candidate.bytes();
                for (Digest digest : namers.getOrDefault(candidate, Set.of())) {
                    if (references.merge(digest, -1, Integer::sum) == 0 && isFree(digest)) {
                        for (Item item : content.getOrDefault(digest, List.of())) {
                            if (!item.lastUsed().isAfter(newest)) {
                                selected.add(item);
                                freed += item.bytes();
                            }
                        }
                    }
                }
            }
            return new Selection(selected, freed);
        }

        private boolean isFree(Digest digest) {
            return !kept.contains(digest) && references.getOrDefault(digest, 0) == 0;
        }
    }
}
