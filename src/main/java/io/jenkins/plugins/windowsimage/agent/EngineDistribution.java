package io.jenkins.plugins.windowsimage.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import com.sun.jna.Native;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.remoting.Which;
import io.jenkins.plugins.windowsimage.agent.worker.Supervisor;
import java.io.File;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.io.IOUtils;
import org.apache.commons.lang3.StringUtils;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.tukaani.xz.XZInputStream;
import picocli.CommandLine;

/** Which program builds images on agents. There is one; tests put others before it. */
@Restricted(NoExternalUse.class)
public abstract class EngineDistribution implements ExtensionPoint {
    /** Class whose {@code main} takes the arguments of docs/command-line.md. */
    public abstract String mainClass();

    /** The class path: jars, and directories with classes where nothing has been packed yet. */
    public abstract List<File> classPath() throws IOException;

    /** The one to use. */
    public static EngineDistribution get() {
        return ExtensionList.lookup(EngineDistribution.class).get(0);
    }

    /** The engine of this plugin, with the libraries of API plugins and of core that it stands on. */
    @Extension(ordinal = -1000)
    public static final class Bundled extends EngineDistribution {
        /** One class of each jar that the engine needs. */
        private static final List<Class<?>> CLASSES = List.of(
                Supervisor.class,
                CommandLine.class,
                ObjectMapper.class,
                JsonFactory.class,
                JsonProperty.class,
                TarArchiveInputStream.class,
                IOUtils.class,
                StringUtils.class,
                Hex.class,
                XZInputStream.class,
                Zstd.class,
                Native.class);

        @Override
        public String mainClass() {
            return "io.jenkins.plugins.windowsimage.engine.cli.Main";
        }

        @Override
        public List<File> classPath() throws IOException {
            Set<File> files = new LinkedHashSet<>();
            for (Class<?> type : CLASSES) {
                files.add(Which.jarFile(type));
            }
            return List.copyOf(files);
        }
    }
}
