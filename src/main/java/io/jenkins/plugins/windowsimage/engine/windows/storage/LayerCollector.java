package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.windows.Privileges;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Removes unpacked layers that are not needed any more: never one that somebody uses, in whatever process, and never
 * one on which another layer stands. What is removed is unpacked again when it is needed. Thread-safe.
 */
public final class LayerCollector {
    private static final System.Logger LOG = System.getLogger(LayerCollector.class.getName());
    private static final Retry RETRY = new Retry(5, 100);

    private final WindowsApi api;
    private final LayerDirectories directories;
    private final LayerRemoval removal;

    /** @param storageRoot that of the layer storage */
    public LayerCollector(WindowsApi api, Path storageRoot) throws IOException {
        this(api, storageRoot, RETRY);
    }

    LayerCollector(WindowsApi api, Path storageRoot, Retry retry) throws IOException {
        this.api = api;
        this.directories = new LayerDirectories(storageRoot);
        this.removal = new LayerRemoval(api, new LayerDriver(api), directories, retry);
    }

    /**
     * A layer that is unpacked.
     *
     * @param name of its directory
     * @param diffId digest of its tar
     * @param bytes about what it takes on disk
     * @param lastUsed when a build last opened it
     */
    public record Unpacked(String name, Digest diffId, long bytes, Instant lastUsed) {}

    /** All unpacked layers, those not used for longest first. */
    public List<Unpacked> list() throws IOException {
        List<Unpacked> layers = new ArrayList<>();
        for (StoredLayer layer : records()) {
            layers.add(new Unpacked(layer.name(), layer.diffId(), layer.bytes(), directories.lastUsed(layer.name())));
        }
        layers.sort(Comparator.comparing(Unpacked::lastUsed).thenComparing(Unpacked::name));
        return layers;
    }

    private List<StoredLayer> records() throws IOException {
        List<StoredLayer> records = new ArrayList<>();
        for (Path path : directories.list()) {
            if (LayerDirectories.isLayer(path)) {
                directories.find(path.getFileName().toString()).ifPresent(records::add);
            }
        }
        return records;
    }

    /**
     * Removes layers, from the top of each chain down.
     *
     * @param unwanted says which layers may go
     * @param dryRun only says what would go
     * @return what went; a layer that Windows does not let go of is not among it
     */
    public List<Unpacked> collect(Predicate<Unpacked> unwanted, boolean dryRun) throws IOException {
        List<Unpacked> candidates = new ArrayList<>(list());
        candidates.removeIf(unwanted.negate());
        List<Unpacked> removed = new ArrayList<>();
        if (dryRun || candidates.isEmpty()) {
            collect(candidates, removed, layer -> isFree(directories.layer(layer.name())));
            return removed;
        }
        try (Privileges enabled =
                Privileges.enable(api, Privileges.BACKUP, Privileges.RESTORE, Privileges.SECURITY)) {
            removal.sweep();
            if (hasStaleScratch()) {
                LOG.log(Level.WARNING, "no layer is removed: a scratch of a dead process may still be mounted on one");
            } else {
                collect(candidates, removed, this::remove);
            }
        }
        return removed;
    }

    /**
     * Removing a layer below one that is mounted would end this process; which layers those are a dead process cannot
     * tell.
     */
    private boolean hasStaleScratch() throws IOException {
        for (Path path : directories.list()) {
            if (LayerDirectories.isScratch(path) && isFree(path)) {
                return true;
            }
        }
        return false;
    }

    private interface Step {
        boolean run(Unpacked layer) throws IOException;
    }

    private void collect(List<Unpacked> candidates, List<Unpacked> removed, Step step) throws IOException {
        List<StoredLayer> standing = records();
        boolean again = true;
        while (again) {
            again = false;
            Set<String> parents = standing.stream().map(StoredLayer::parent).collect(Collectors.toSet());
            for (Unpacked layer : List.copyOf(candidates)) {
                if (!parents.contains(layer.name())) {
                    candidates.remove(layer);
                    if (step.run(layer)) {
                        removed.add(layer);
                        standing.removeIf(record -> record.name().equals(layer.name()));
                        again = true;
                    }
                }
            }
        }
    }

    private boolean isFree(Path path) throws IOException {
        Optional<Closeable> lock = directories.tryOwn(path);
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isPresent();
    }

    private boolean remove(Unpacked layer) throws IOException {
        Path directory = directories.layer(layer.name());
        Optional<Closeable> lock = directories.tryOwn(directory);
        if (lock.isEmpty()) {
            return false;
        }
        try (Closeable held = lock.get()) {
            if (hasChild(layer.name())) {
                return false;
            }
            removal.removeLayer(directory);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "an unpacked layer stays: {0}", e.getMessage());
            return false;
        }
    }

    /** Looked at with the lock held: whoever puts a layer on this one shares its lock meanwhile. */
    private boolean hasChild(String name) throws IOException {
        return records().stream().anyMatch(record -> name.equals(record.parent()));
    }
}
