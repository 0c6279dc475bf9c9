package io.jenkins.plugins.windowsimage.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file or directory that is written beside its place, under a name that begins with a dot, and gets its own name
 * when it is whole; else it goes away when it is closed. For one thread at a time.
 */
final class StagedOutput implements Closeable {
    private final Path target;
    private final Path staged;

    private StagedOutput(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        this.target = target;
        this.staged = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** A file, which the caller creates at {@link #path()}. */
    static StagedOutput file(Path target) throws IOException {
        return new StagedOutput(target);
    }

    /** An empty directory, for a target that is missing or empty. */
    static StagedOutput directory(Path target) throws IOException {
        StagedOutput output = new StagedOutput(target);
        Files.createDirectory(output.staged);
        return output;
    }

    Path path() {
        return staged;
    }

    void publish() throws IOException {
        if (Files.isDirectory(staged)) {
            // Windows does not replace a directory, not even an empty one.
            Files.deleteIfExists(target);
        }
        DurableFiles.rename(staged, target);
    }

    @Override
    public void close() throws IOException {
        DurableFiles.removeTree(staged);
    }
}
