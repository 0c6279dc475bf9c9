package io.jenkins.plugins.windowsimage.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The working directory of a running build, {@code builds/<build id>}. It goes away when the build closes it; what
 * a killed build left is removed by {@link Leftovers}, which tells the dead from the living by a lock.
 */
public final class BuildDirectory implements Closeable {
    private final Path path;
    private final StoreLocks.Held lock;

    private BuildDirectory(Path path, StoreLocks.Held lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the directory of a build.
     *
     * @param buildId from {@link BuildId#next()}
     */
    public static BuildDirectory create(StorageRoot root, String buildId) throws IOException {
        if (!BuildId.isValid(buildId)) {
            throw new IllegalArgumentException("not a build id: " + buildId);
        }
        Path path = root.builds().resolve(buildId);
        StoreLocks.Held lock = root.locks().tryLock(lockName(path)).orElseThrow(
                () -> new IOException("the build " + buildId + " is running already"));
        try {
            Files.createDirectory(path);
        } catch (IOException e) {
            lock.close();
            throw WriteFailure.explain("the build directory", path, e);
        }
        return new BuildDirectory(path, lock);
    }

    public Path path() {
        return path;
    }

    /** Removes a part of a build's directory before the build ends. */
    public static void removePart(Path part) throws IOException {
        DurableFiles.removeTree(part);
    }

    /** Removes the directory with all that is in it. */
    @Override
    public void close() throws IOException {
        try (lock) {
            DurableFiles.removeTree(path);
        }
    }

    static String lockName(Path path) {
        return "builds/" + path.getFileName();
    }
}
