package io.jenkins.plugins.windowsimage.agent;

import hudson.ExtensionList;
import hudson.remoting.Which;
import io.jenkins.plugins.windowsimage.engine.cli.SimulatedMain;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hamcrest.Matcher;
import org.junit.rules.ExternalResource;

/** Has agents run the real engine on a simulated Windows. */
public final class SimulatedDistribution extends EngineDistribution {
    /** Puts it before the real engine in this Jenkins. */
    public static void install() {
        ExtensionList.lookup(EngineDistribution.class).add(0, new SimulatedDistribution());
    }

    @Override
    public String mainClass() {
        return SimulatedMain.class.getName();
    }

    @Override
    public List<File> classPath() throws IOException {
        List<File> files = new ArrayList<>(new Bundled().classPath());
        for (Class<?> type : List.of(SimulatedMain.class, ExternalResource.class, Matcher.class)) {
            files.add(Which.jarFile(type));
        }
        return files;
    }
}
