package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.SecretMask;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Mount;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FollowedLinks;
import io.jenkins.plugins.windowsimage.engine.plan.FileOrigin;
import io.jenkins.plugins.windowsimage.engine.plan.PlannedMount;
import io.jenkins.plugins.windowsimage.engine.store.BuildDirectory;
import io.jenkins.plugins.windowsimage.engine.store.RunCaches;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The directories and files of a RUN that its layer does not keep: bind, cache, secret and tmpfs mounts. All but the caches lie in the
 * build's own directory and are removed when this is closed, or with what a killed build left.
 */
final class RunMounts implements Closeable {
    private final StageTools tools;
    private final RunCaches caches;
    private final List<RunRequest.Mount> mounts = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private final List<Path> temporary = new ArrayList<>();
    private final SortedMap<String, RunCaches.Use> used = new TreeMap<>();

    RunMounts(List<PlannedMount> planned, StageTools tools) throws IOException {
        this.tools = tools;
        this.caches = new RunCaches(tools.engine().root());
        try {
            openCaches(planned);
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

    /** What the command may print but nobody may see. */
    SecretMask secrets() {
        return new SecretMask(secrets);
    }

    /** Shows a script to the command. */
    void add(BatchScript script) throws IOException {
        Path directory = newDirectory();
        script.writeInto(directory);
        mounts.add(new RunRequest.Mount(directory, BatchScript.DIRECTORY, true));
    }

    private void prepare(PlannedMount mount) throws IOException {
        switch (mount.mount().type()) {
            case BIND -> bind(mount);
            case CACHE -> add(used.get(cacheId(mount)).directory(), mount);
            case TMPFS -> add(newDirectory(), mount);
            case SECRET -> secret(mount);
            case SSH -> throw new EngineException(ErrorKind.NOT_SUPPORTED,
                    "RUN --mount=type=ssh is not supported on Windows", "use a secret with the key instead", null);
        }
    }

    private void add(Path source, PlannedMount mount) {
        mounts.add(new RunRequest.Mount(source, mount.target(), mount.mount().readOnly()));
    }

    private Path newDirectory() throws IOException {
        Path directory = Files.createTempDirectory(tools.directory(), "mount");
        temporary.add(directory);
        return directory;
    }

    private void bind(PlannedMount mount) throws IOException {
        FileTree tree = tools.sources().open(mount.origin());
        FileNode root = FollowedLinks.find(tree, relative(mount.mount().source())).orElseThrow(() -> new EngineException(
                ErrorKind.INVALID_INSTRUCTION, "\"" + mount.mount().source() + "\": not found, but RUN --mount binds it"));
        add(TreeCopy.copy(tree, root, newDirectory()), mount);
    }

    private static String relative(String source) {
        String slashes = source.replace('\\', '/').replaceFirst("^[A-Za-z]:", "");
        return slashes.replaceAll("^/+|/+$", "").replaceFirst("^\\.$", "");
    }

    /** Opens all caches in one order, so that no two commands wait for each other. */
    private void openCaches(List<PlannedMount> planned) throws IOException {
        SortedMap<String, PlannedMount> wanted = new TreeMap<>();
        for (PlannedMount mount : planned) {
            if (mount.mount().type() == Mount.Type.CACHE) {
                wanted.putIfAbsent(cacheId(mount), mount);
            }
        }
        for (Map.Entry<String, PlannedMount> cache : wanted.entrySet()) {
            PlannedMount mount = cache.getValue();
            String sharing = mount.mount().sharing().isEmpty() ? "shared" : mount.mount().sharing();
            used.put(cache.getKey(), caches.open(
                    cache.getKey(),
                    RunCaches.Sharing.valueOf(sharing.toUpperCase(Locale.ROOT)),
                    directory -> fill(mount, directory),
                    tools.cancellation()));
        }
    }

    /** Caches with the same id but another first content are others, as in BuildKit. */
    private String cacheId(PlannedMount mount) {
        return hasContent(mount)
                ? mount.id() + "\n" + mount.mount().source() + "\n" + tools.sources().identity(mount.origin())
                : mount.id();
    }

    private static boolean hasContent(PlannedMount mount) {
        return mount.origin() != null && !(mount.origin() instanceof FileOrigin.Scratch);
    }

    private void fill(PlannedMount mount, Path directory) throws IOException {
        if (!hasContent(mount)) {
            return;
        }
        FileTree tree = tools.sources().open(mount.origin());
        FileNode root = FollowedLinks.find(tree, relative(mount.mount().source()))
                .filter(FileNode::isDirectory)
                .orElseThrow(() -> new EngineException(ErrorKind.INVALID_INSTRUCTION,
                        "\"" + mount.mount().source() + "\": no such directory, but a cache of RUN --mount begins with it"));
        TreeCopy.copy(tree, root, directory);
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
        SecretValue value = SecretValue.read(source);
        secrets.add(value.text());
        if (mount.mount().env() != null) {
            environment.put(mount.mount().env().isEmpty() ? mount.id() : mount.mount().env(), value.text());
        }
        if (mount.target() != null) {
            mounts.add(new RunRequest.Mount(value.write(newDirectory()), mount.target(), true));
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        List<Closeable> releases = new ArrayList<>();
        temporary.forEach(directory -> releases.add(() -> BuildDirectory.removePart(directory)));
        releases.addAll(used.values());
        for (Closeable release : releases) {
            try {
                release.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
