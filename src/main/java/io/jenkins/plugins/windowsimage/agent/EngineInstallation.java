package io.jenkins.plugins.windowsimage.agent;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.MasterToSlaveFileCallable;

/**
 * The engine's class path on an agent: each jar is copied once, to a folder that is named after its content, and stays until no build
 * has used it for a month. Thread-safe, also against other controllers that use the same folder.
 */
final class EngineInstallation {
    private static final Logger LOGGER = Logger.getLogger(EngineInstallation.class.getName());
    /** Hashing is done once for each file of the controller. */
    private static final Map<File, ClassPathJar> JARS = new ConcurrentHashMap<>();

    private EngineInstallation() {}

    /**
     * Copies what is missing, and removes what no build has used for a month.
     *
     * @param nodeRoot root directory of the node
     * @return absolute paths on the agent
     */
    static List<String> install(FilePath nodeRoot, List<File> files) throws IOException, InterruptedException {
        List<ClassPathJar> jars = new ArrayList<>();
        for (File file : files) {
            jars.add(jar(file));
        }
        List<String> missing =
                nodeRoot.act(new Use(new ArrayList<>(jars.stream().map(ClassPathJar::location).toList())));
        for (ClassPathJar jar : jars) {
            if (missing.contains(jar.location())) {
                copy(jar, nodeRoot);
            }
        }
        return jars.stream().map(jar -> nodeRoot.child(jar.location()).getRemote()).toList();
    }

    private static ClassPathJar jar(File file) throws IOException {
        ClassPathJar known = JARS.get(file);
        if (known == null) {
            known = ClassPathJar.of(file);
            JARS.put(file, known);
        }
        return known;
    }

    private static void copy(ClassPathJar jar, FilePath nodeRoot) throws IOException, InterruptedException {
        FilePath target = nodeRoot.child(jar.location());
        FilePath temporary = nodeRoot.child(jar.location() + "." + UUID.randomUUID() + ".tmp");
        temporary.copyFrom(new FilePath(jar.file()));
        try {
            temporary.renameTo(target);
        } catch (IOException e) {
            if (!target.exists()) {
                throw e;
            }
            // Another build was faster.
        } finally {
            temporary.delete();
        }
    }

    /** Marks the jars as used, removes what is not used any more, and tells which are missing. */
    private static final class Use extends MasterToSlaveFileCallable<List<String>> {
        private static final long serialVersionUID = 1L;
        private static final Duration KEPT_UNUSED = Duration.ofDays(30);

        private final ArrayList<String> locations;

        Use(ArrayList<String> locations) {
            this.locations = locations;
        }

        @Override
        public List<String> invoke(File root, VirtualChannel channel) throws IOException {
            Instant now = Instant.now();
            List<String> missing = new ArrayList<>();
            for (String location : locations) {
                Path jar = root.toPath().resolve(location);
                try {
                    Files.setLastModifiedTime(jar, FileTime.from(now));
                } catch (NoSuchFileException e) {
                    missing.add(location);
                }
            }
            Path cache = root.toPath().resolve(ClassPathJar.CACHE);
            if (Files.isDirectory(cache)) {
                try (DirectoryStream<Path> folders = Files.newDirectoryStream(cache, Files::isDirectory)) {
                    for (Path folder : folders) {
                        removeUnused(folder, now.minus(KEPT_UNUSED));
                    }
                }
            }
            return missing;
        }

        private static void removeUnused(Path folder, Instant limit) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                boolean removed = false;
                for (Path file : files) {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
                        Files.delete(file);
                        removed = true;
                    }
                }
                if (removed) {
                    Files.delete(folder);
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINER, e, () -> folder + " is still in use");
            }
        }
    }
}
