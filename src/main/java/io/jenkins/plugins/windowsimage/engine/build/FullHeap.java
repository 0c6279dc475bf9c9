package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;

/** Tells of input that is too large for the memory that Java was given; no defect of this program. */
public final class FullHeap {
    private FullHeap() {}

    public static EngineException failure(OutOfMemoryError cause) {
        return new EngineException(ErrorKind.HOST_NOT_READY,
                "the " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB of memory that Java may use are not enough for this",
                "allow more with WINDOWS_IMAGE_JAVA_OPTS=-Xmx1g, if so many files are meant", cause);
    }
}
