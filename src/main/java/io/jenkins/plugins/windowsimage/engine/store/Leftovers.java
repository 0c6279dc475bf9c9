package io.jenkins.plugins.windowsimage.engine.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What killed processes left: working directories of builds, temporary files, leases. Interrupted downloads are not
 * among them, as they will be resumed. Thread-safe, and safe while others use the store.
 */
public final class Leftovers {
    private final StorageRoot root;

    public Leftovers(StorageRoot root) {
        this.root = root;
    }

    /**
     * Gives back what the working directory of a dead build holds of the system, such as mounted layers, before it
     * is removed.
     */
    @FunctionalInterface
    public interface Release {
        void release(Path buildDirectory) throws IOException;
    }

    /**
     * Removes the leftovers; quick when there are none, so every build begins with it. A build directory that
     * cannot be released or removed is left for the next time.
     *
     * @return what was removed
     */
    public List<Path> sweep(Release release) throws IOException {
        return forEachDead((leftover, isBuild) -> {
            if (isBuild) {
                release.release(leftover);
            }
            DurableFiles.removeTree(leftover);
        });
    }

    /** What {@link #sweep} would remove. */
    public List<Path> find() throws IOException {
        return forEachDead((leftover, isBuild) -> { });
    }

    private interface Action {
        void on(Path leftover, boolean isBuild) throws IOException;
    }

    private List<Path> forEachDead(Action action) throws IOException {
        List<Path> dead = new ArrayList<>();
        for (Path directory : list(root.builds())) {
            onlyIfDead(directory, BuildDirectory.lockName(directory), true, action, dead);
        }
        for (Path file : list(root.incoming())) {
            if (!TemporaryFile.isPartial(file)) {
                onlyIfDead(file, TemporaryFile.lockName(file), false, action, dead);
            }
        }
        for (Path file : list(root.leases())) {
            onlyIfDead(file, Lease.lockName(file), false, action, dead);
        }
        return dead;
    }

    private void onlyIfDead(Path path, String lockName, boolean isBuild, Action action, List<Path> dead)
            throws IOException {
        Optional<StoreLocks.Held> lock = root.locks().tryLock(lockName);
        if (lock.isEmpty()) {
            return;
        }
        try (StoreLocks.Held held = lock.get()) {
            // Its owner may have ended well since it was listed.
            if (Files.exists(path)) {
                action.on(path, isBuild);
                dead.add(path);
            }
        } catch (IOException e) {
            if (!isBuild) {
                throw e;
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            // Nothing there.
        }
        return entries;
    }
}
