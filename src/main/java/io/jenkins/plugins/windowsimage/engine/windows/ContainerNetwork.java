package io.jenkins.plugins.windowsimage.engine.windows;

/** Gives containers a network. Thread-safe. */
public interface ContainerNetwork {

    /**
     * Makes an endpoint on a network of the host, for one container.
     *
     * @param network {@code nat}, which is made if the host has no NAT network, or the name of a network of the host
     * @param hyperv whether the container has hyper-v isolation
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind HOST_NOT_READY
     */
    Lease attach(String network, boolean hyperv);

    /** Removes endpoints and namespaces that dead builds of this program left behind, and no others. Never fails the caller. */
    void sweep();

    /** An endpoint in use; closing removes it, after the container has ended. */
    interface Lease extends AutoCloseable {
        ContainerSpec.Attachment attachment();

        @Override
        void close();
    }
}
