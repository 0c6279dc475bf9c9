package io.jenkins.plugins.windowsimage.agent;

import hudson.ExtensionList;
import io.jenkins.plugins.windowsimage.agent.worker.Supervisor;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Has agents run {@link ScriptedEngine}. */
public final class ScriptedDistribution extends EngineDistribution {
    private final Path jar;

    private ScriptedDistribution(Path jar) {
        this.jar = jar;
    }

    /** Puts it before the real engine in this Jenkins. */
    public static void install() throws IOException {
        Path jar = Files.createTempFile("scripted-engine", ".jar");
        jar.toFile().deleteOnExit();
        String name = ScriptedEngine.class.getName().replace('.', '/') + ".class";
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                InputStream in = ScriptedEngine.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new ZipEntry(name));
            in.transferTo(out);
        }
        ExtensionList.lookup(EngineDistribution.class).add(0, new ScriptedDistribution(jar));
    }

    @Override
    public String mainClass() {
        return ScriptedEngine.class.getName();
    }

    @Override
    public List<File> classPath() throws IOException {
        return List.of(jar.toFile(), hudson.remoting.Which.jarFile(Supervisor.class));
    }
}
