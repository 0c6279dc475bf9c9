package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.machine.RunHosts;
import java.io.IOException;
import java.util.List;

/** What this machine is to a build. */
final class Hosts {
    private Hosts() {}

    static RunHost runHost(Engine engine) throws IOException {
        return RunHosts.forThisMachine(engine.root().path(), engine.store(), List.of(), (api, root, store) -> {
            throw new UnsupportedOperationException("layer storage");
        });
    }

    /** Version of this Windows; null elsewhere. */
    static String windowsVersion() {
        return null;
    }
}
