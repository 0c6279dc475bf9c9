package io.jenkins.plugins.windowsimage.engine.windows.machine;

import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.IOException;

/** Runs a container for the sake of a probe: pulls a small image and runs {@code cmd /c ver} on it. */
@FunctionalInterface
public interface DeepProbe {
    /**
     * @return what the command printed
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException when it does not run
     */
    String run(RunRequest.Isolation isolation) throws IOException;
}
