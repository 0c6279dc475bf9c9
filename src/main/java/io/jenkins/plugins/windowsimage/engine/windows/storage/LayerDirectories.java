package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.store.BuildId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What lies in the {@code layers} directory of a storage root, each part with a lock of its name:
 *
 * <pre>
 * CHAIN          a layer; unpacked completely when there is CHAIN.json
 * CHAIN.json     its record; its time is that of the last use
 * scratch-ID     the writable layer of a container
 * temp-ID        files on their way into a layer or out of a scratch
 * rm-ID          what is to be removed with the power of DestroyLayer
 * locks          the locks
 * </pre>
 *
 * Thread-safe.
 */
final class LayerDirectories {
    private static final Pattern CHAIN = Pattern.compile("[0-9a-f]{64}");
    private static final String SCRATCH = "scratch-";
    private static final String TEMPORARY = "temp-";
    private static final String DOOMED = "rm-";
    private static final String RECORD = ".json";

    private final Path root;
    private final LayerLocks locks;

    LayerDirectories(Path storageRoot) throws IOException {
        this.root = Files.createDirectories(storageRoot.resolve("layers")).toRealPath();
        this.locks = LayerLocks.of(root.resolve("locks"));
    }

    /** The name of a layer on top of another. */
    static String name(Digest diffId, String parent) {
        return parent == null ? diffId.hex() : Digest.of("sha256:" + parent + " " + diffId).hex();
    }

    Path root() {
        return root;
    }

    Path layer(String name) {
        return root.resolve(name);
    }

    Path newScratch() {
        return root.resolve(SCRATCH + BuildId.next());
    }

    Path newTemporary() {
        return root.resolve(TEMPORARY + BuildId.next());
    }

    Path newDoomed() {
        return root.resolve(DOOMED + BuildId.next());
    }

    static boolean isScratch(Path path) {
        return hasPrefix(path, SCRATCH);
    }

    static boolean isTemporary(Path path) {
        return hasPrefix(path, TEMPORARY);
    }

    static boolean isDoomed(Path path) {
        return hasPrefix(path, DOOMED);
    }

    static boolean isLayer(Path path) {
        return CHAIN.matcher(path.getFileName().toString()).matches();
    }

    private static boolean hasPrefix(Path path, String prefix) {
        return path.getFileName().toString().startsWith(prefix);
    }

    Optional<Closeable> tryShare(Path path) throws IOException {
        return locks.tryLock(path.getFileName().toString(), true);
    }

    Optional<Closeable> tryOwn(Path path) throws IOException {
        return locks.tryLock(path.getFileName().toString(), false);
    }

    /** Everything in the directory. */
    List<Path> list() throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
            stream.forEach(paths::add);
        }
        return paths;
    }

    boolean isComplete(String name) throws IOException {
        return find(name).isPresent();
    }

    private Path record(String name) {
        return root.resolve(name + RECORD);
    }

    /** The record of a complete layer; empty for any other. */
    Optional<StoredLayer> find(String name) throws IOException {
        try {
            return Optional.of(ImageJson.read(Files.readAllBytes(record(name)), StoredLayer.class, "layer record"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            // Cut short by a crash of the machine: such a layer may be cut short as well.
            return Optional.empty();
        }
    }

    void complete(StoredLayer layer) throws IOException {
        Path written = Files.write(root.resolve(layer.name() + RECORD + ".new"), ImageJson.write(layer));
        Files.move(written, record(layer.name()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void forget(String name) throws IOException {
        Files.deleteIfExists(record(name));
    }

    void used(String name) throws IOException {
        Files.setLastModifiedTime(record(name), FileTime.from(Instant.now()));
    }

    Instant lastUsed(String name) throws IOException {
        return Files.getLastModifiedTime(record(name)).toInstant();
    }
}
