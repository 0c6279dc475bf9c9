package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.plan.PlannedMount;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The directories and files of a RUN that its layer does not keep: bind, cache, secret and tmpfs mounts. They are made ready in the
 * build's own directory, which goes with the build; closing removes what is secret at once.
 */
final class RunMounts implements Closeable {
    private static final Map<String, ReentrantLock> CACHES = new ConcurrentHashMap<>();

    private final StageTools tools;
    private final List<RunRequest.Mount> mounts = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Path> secrets = new ArrayList<>();
    private final List<ReentrantLock> held = new ArrayList<>();

    RunMounts(List<PlannedMount> planned, StageTools tools) throws IOException {
        this.tools = tools;
        try {
            for (PlannedMount mount : planned) {
                prepare(mount);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    List<RunRequest.Mount> mounts() {
        return List.copyOf(mounts);
    }

    /** Secrets that are handed over as variables. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    private void prepare(PlannedMount mount) throws IOException {
        switch (mount.mount().type()) {
            case BIND -> bind(mount);
            case CACHE -> cache(mount);
            case TMPFS -> mounts.add(new RunRequest.Mount(newDirectory(), mount.target(), false));
            case SECRET -> secret(mount);
            case SSH -> throw new EngineException(ErrorKind.NOT_SUPPORTED,
                    "RUN --mount=type=ssh is not supported on Windows", "use a secret with the key instead", null);
        }
    }

    private Path newDirectory() throws IOException {
        return Files.createTempDirectory(tools.directory(), "mount");
    }

    private void bind(PlannedMount mount) throws IOException {
        Path copy = newDirectory();
        FileTree tree = tools.sources().open(mount.origin());
        String path = relative(mount.mount().source());
        FileNode root = tree.find(path).orElseThrow(() -> new EngineException(
                ErrorKind.INVALID_INSTRUCTION, "\"" + mount.mount().source() + "\": not found, but RUN --mount binds it"));
        mounts.add(new RunRequest.Mount(TreeCopy.copy(tree, root, copy), mount.target(), mount.mount().readOnly()));
    }

    private static String relative(String source) {
        String slashes = source.replace('\\', '/').replaceFirst("^[A-Za-z]:", "");
        return slashes.replaceAll("^/+|/+$", "").replaceFirst("^\\.$", "");
    }

    private void cache(PlannedMount mount) throws IOException {
        String id = Digest.of(mount.id()).shortHex();
        if (mount.mount().sharing().equals("private")) {
            id += "-" + tools.directory().getFileName();
        }
        if (mount.mount().sharing().equals("locked")) {
            ReentrantLock lock = CACHES.computeIfAbsent(id, key -> new ReentrantLock());
            lock.lock();
            held.add(lock);
        }
        Path directory = tools.engine().root().path().resolve("run-caches").resolve(id);
        boolean fresh = !Files.isDirectory(directory);
        Files.createDirectories(directory);
        if (fresh && mount.origin() != null && !mount.mount().from().isEmpty()) {
            FileTree tree = tools.sources().open(mount.origin());
            Optional<FileNode> root = tree.find(relative(mount.mount().source()));
            if (root.isPresent() && root.get().isDirectory()) {
                TreeCopy.copy(tree, root.get(), directory);
            }
        }
        mounts.add(new RunRequest.Mount(directory, mount.target(), mount.mount().readOnly()));
    }

    private void secret(PlannedMount mount) throws IOException {
        BuildOptions.Secret source = tools.options().secrets().get(mount.id());
        if (source == null) {
            if (mount.mount().required()) {
                throw new EngineException(ErrorKind.USAGE, "the secret \"" + mount.id() + "\" that RUN requires was not given",
                        "add --secret id=" + mount.id() + ",src=FILE or --secret id=" + mount.id() + ",env=NAME", null);
            }
            return;
        }
        byte[] value = source.file() != null
                ? Files.readAllBytes(source.file())
                : System.getenv(source.variable()).getBytes(StandardCharsets.UTF_8);
        if (mount.mount().env() != null) {
            environment.put(mount.mount().env().isEmpty() ? mount.id() : mount.mount().env(),
                    new String(value, StandardCharsets.UTF_8));
        }
        if (mount.target() != null) {
            Path file = newDirectory().resolve("secret");
            if (Files.getFileStore(tools.directory()).supportsFileAttributeView("posix")) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            secrets.add(file);
            Files.write(file, value);
            mounts.add(new RunRequest.Mount(file, mount.target(), true));
        }
    }

    @Override
    public void close() throws IOException {
        for (Path secret : secrets) {
            Files.deleteIfExists(secret);
        }
        held.forEach(ReentrantLock::unlock);
        held.clear();
    }
}
