package io.jenkins.plugins.windowsimage.agent;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import jenkins.MasterToSlaveFileCallable;

/**
 * The engine's class path on an agent: each jar is copied once, to a folder that is named after its content, and stays for all
 * builds after. Thread-safe, also against other controllers that use the same folder.
 */
final class EngineInstallation {
    /** Hashing is done once for each file of the controller. */
    private static final Map<File, ClassPathJar> JARS = new ConcurrentHashMap<>();

    private EngineInstallation() {}

    /**
     * Copies what is missing.
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
                nodeRoot.act(new Missing(new ArrayList<>(jars.stream().map(ClassPathJar::location).toList())));
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

    private static final class Missing extends MasterToSlaveFileCallable<List<String>> {
        private static final long serialVersionUID = 1L;

        private final ArrayList<String> locations;

        Missing(ArrayList<String> locations) {
            this.locations = locations;
        }

        @Override
        public List<String> invoke(File root, VirtualChannel channel) {
            List<String> missing = new ArrayList<>();
            for (String location : locations) {
                if (!new File(root, location).isFile()) {
                    missing.add(location);
                }
            }
            return missing;
        }
    }
}
