package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.registry.HttpRegistryClient;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryClient;
import io.jenkins.plugins.windowsimage.engine.registry.RegistryOptions;
import io.jenkins.plugins.windowsimage.engine.store.DiskContentStore;
import io.jenkins.plugins.windowsimage.engine.store.ImageNames;
import io.jenkins.plugins.windowsimage.engine.store.Leftovers;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.Closeable;
import java.io.IOException;

/**
 * What every command works with: the store of this machine and the registries. The store's content is held for as long as this
 * is open, so that nothing disappears under a command that uses it. Thread-safe.
 */
public final class Engine implements Closeable {
    private final StorageRoot root;
    private final RegistryOptions registryOptions;
    private final Cancellation cancellation;
    private final DiskContentStore store;
    private final ImageNames names;
    private RegistryClient registry;

    /**
     * @param cancellation ends whatever is done with this engine
     */
    public Engine(StorageRoot root, RegistryOptions registryOptions, Cancellation cancellation) {
        this.root = root;
        this.registryOptions = registryOptions;
        this.cancellation = cancellation;
        this.store = new DiskContentStore(root);
        this.names = new ImageNames(root);
    }

    public StorageRoot root() {
        return root;
    }

    public DiskContentStore store() {
        return store;
    }

    public ImageNames names() {
        return names;
    }

    public RegistryOptions registryOptions() {
        return registryOptions;
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    /** The registries; made when first asked for, because many commands need none. */
    public synchronized RegistryClient registry() {
        if (registry == null) {
            registry = new HttpRegistryClient(registryOptions, cancellation);
        }
        return registry;
    }

    /** Removes what killed processes left behind; quick when there is nothing. */
    public void sweep() throws IOException {
        new Leftovers(root).sweep(release());
    }

    /** Gives back what the working directory of a dead build holds of the system. */
    public Leftovers.Release release() {
        return directory -> { };
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
