package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The directory under which everything is kept between builds, and its layout:
 *
 * <pre>
 * blobs/sha256/HEX    content by digest
 * incoming/           blobs and records that are being written, and interrupted downloads (HEX.part)
 * images/             one record for each image name
 * untagged/           one record for each image without a name, by build id
 * referrers/          one record for each manifest that refers to another, by the digest of that other
 * cache/              one record for each instruction that was carried out, by key
 * leases/             what running processes rely on
 * builds/ID/          working directory of a running build
 * indexes/            what was derived from layer blobs, as files whose names begin with the blob's HEX
 * indexes/blocks      where in the layer blobs compressed blocks are (see {@link BlockTable})
 * run-caches/         directories of RUN --mount=type=cache (see {@link RunCaches})
 * layers/             layers unpacked for containers, and their scratches (only on Windows)
 * quarantine/         damaged blobs that a repair moved away
 * locks               the locks of all of these (see {@link StoreLocks})
 * </pre>
 *
 * Immutable and thread-safe.
 */
public final class StorageRoot {
    /** Environment variable that names another storage root. */
    public static final String VARIABLE = "WINDOWS_IMAGE_ROOT";

    private static final String NAME = "windows-image";
    private static final String REMEDY =
            "make it writable for this account, or name another directory with the variable " + VARIABLE;

    private final Path path;
    private final StoreLocks locks;

    /**
     * Uses this directory; creates what is missing of it.
     *
     * @throws EngineException of kind HOST_NOT_READY that names the path, if it cannot be created or written
     */
    public StorageRoot(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            createRoot(absolute);
            for (String part : new String[] {
                "blobs/sha256", "incoming", "images", "untagged", "referrers", "cache", "leases", "builds", "indexes"
            }) {
                Files.createDirectories(absolute.resolve(part));
            }
            this.path = absolute.toRealPath();
        } catch (IOException e) {
            throw new EngineException(
                    ErrorKind.HOST_NOT_READY,
                    "the storage root " + absolute + " cannot be created: " + reason(e),
                    REMEDY,
                    e);
        }
        if (!Files.isWritable(this.path) || !Files.isWritable(incoming())) {
            throw new EngineException(
                    ErrorKind.HOST_NOT_READY, "the storage root " + absolute + " cannot be written", REMEDY, null);
        }
        this.locks = StoreLocks.of(this.path.resolve("locks"));
    }

    /**
     * The storage root of this account: what {@value #VARIABLE} names, else the usual place of the operating system.
     *
     * @param environment variables of the process
     */
    public static StorageRoot open(Map<String, String> environment) {
        return new StorageRoot(location(environment, File.separatorChar == '\\', System.getProperty("user.home")));
    }

    /**
     * Where the storage root of an account is. On Windows {@code %LOCALAPPDATA%\windows-image}, or {@code
     * C:\ProgramData\windows-image} where there is no profile, as for services that run as LocalSystem; elsewhere
     * {@code $XDG_DATA_HOME/windows-image} or {@code ~/.local/share/windows-image} (XDG base directory
     * specification).
     */
    static Path location(Map<String, String> environment, boolean windows, String home) {
        String named = environment.get(VARIABLE);
        String chosen = named != null && !named.isBlank()
                ? named
                : windows ? windowsLocation(environment) : unixLocation(environment, home);
        try {
            return Path.of(chosen);
        } catch (InvalidPathException e) {
            throw new EngineException(
                    ErrorKind.HOST_NOT_READY, "the storage root \"" + chosen + "\" is not a path", REMEDY, e);
        }
    }

    private static String windowsLocation(Map<String, String> environment) {
        String profile = environment.get("LOCALAPPDATA");
        boolean none = profile == null
                || profile.isBlank()
                || profile.toLowerCase(Locale.ROOT).replace('/', '\\').contains("\\config\\systemprofile\\");
        if (!none) {
            return profile + "\\" + NAME;
        }
        String shared = environment.get("ProgramData");
        return (shared == null || shared.isBlank() ? "C:\\ProgramData" : shared) + "\\" + NAME;
    }

    private static String unixLocation(Map<String, String> environment, String home) {
        String data = environment.get("XDG_DATA_HOME");
        // The specification has relative paths ignored.
        return data != null && data.startsWith("/") ? data + "/" + NAME : home + "/.local/share/" + NAME;
    }

    private static void createRoot(Path root) throws IOException {
        if (Files.isDirectory(root)) {
            return;
        }
        if (root.getParent() != null) {
            Files.createDirectories(root.getParent());
        }
        if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(root);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "access to " + denied.getFile() + " is denied";
        }
        if (e instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + " is not a directory";
        }
        if (e instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return e instanceof NoSuchFileException missing ? "no file can be made at " + missing.getFile() : e.getMessage();
    }

    /** The directory itself, absolute. */
    public Path path() {
        return path;
    }

    /**
     * Where parts of the engine keep what they derive from layer blobs: files whose names begin with the blob's
     * hex.
     */
    public Path indexes() {
        return path.resolve("indexes");
    }

    /**
     * Takes a lock of this storage root, for what other parts of the engine keep there. The operating system drops it
     * when the process dies.
     *
     * @param name begins with the directory it guards, such as {@code layers/HEX}
     * @return gives the lock back when it is closed, by any thread; empty while anybody, in this process or another,
     *     has it
     */
    public Optional<Closeable> tryLock(String name) throws IOException {
        return locks.tryLock(name).map(held -> held);
    }

    Path blobs() {
        return path.resolve("blobs").resolve("sha256");
    }

    Path incoming() {
        return path.resolve("incoming");
    }

    Path images() {
        return path.resolve("images");
    }

    Path untagged() {
        return path.resolve("untagged");
    }

    Path referrers() {
        return path.resolve("referrers");
    }

    Path cache() {
        return path.resolve("cache");
    }

    Path leases() {
        return path.resolve("leases");
    }

    Path builds() {
        return path.resolve("builds");
    }

    Path runCaches() {
        return path.resolve("run-caches");
    }

    Path blocks() {
        return indexes().resolve("blocks");
    }

    Path quarantine() {
        return path.resolve("quarantine");
    }

    StoreLocks locks() {
        return locks;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
