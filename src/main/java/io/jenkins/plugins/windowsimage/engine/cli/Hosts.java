package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.machine.RunHosts;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** What this machine is to a build. */
final class Hosts {
    private Hosts() {}

    static RunHost runHost(Engine engine) throws IOException {
        return RunHosts.forThisMachine(
                engine.root().path(), engine.store(), List.of(), ForkJoinPool.commonPool(), System.err::println);
    }

    /** Version of this Windows; null elsewhere. */
    static String windowsVersion() {
        return RunHosts.windowsVersion().orElse(null);
    }
}
