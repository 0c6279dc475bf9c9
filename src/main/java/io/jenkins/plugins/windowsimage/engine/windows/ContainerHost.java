package io.jenkins.plugins.windowsimage.engine.windows;

import io.jenkins.plugins.windowsimage.engine.Cancellation;

/** Runs containers on mounted layers. Thread-safe. */
public interface ContainerHost {

    /**
     * Creates and starts a container.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind HOST_NOT_READY naming the call that failed, or
     *     CANCELLED; nothing of the container is left then
     */
    Container start(ContainerSpec spec, Cancellation cancellation);

    /** Ends containers that dead builds of this program left behind, and no others. Never fails the caller. */
    void sweep();
}
