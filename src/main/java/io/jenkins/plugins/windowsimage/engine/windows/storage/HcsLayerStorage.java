package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.windows.LayerChain;
import io.jenkins.plugins.windowsimage.engine.windows.LayerStorage;
import io.jenkins.plugins.windowsimage.engine.windows.Privileges;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/**
 * Layers under {@code layers} of a storage root, made and mounted by vmcompute.dll. A layer is unpacked once, whoever
 * needs it first, in a directory named after its chain id; who uses it shares its lock, in this process and in others.
 * The privileges that this needs are enabled with the first use and for as long as the storage is open.
 */
public final class HcsLayerStorage implements LayerStorage {
    private static final Retry RETRY = new Retry(5, 100);

    private final StorageParts parts;
    private final ChainUnpacker unpacker;
    private Privileges privileges;

    /**
     * Unpacks what a store holds.
     *
     * @param storageRoot on an NTFS volume
     * @param store where layers come from and go to
     * @param workers decompress and compress, in short tasks that wait for nothing; not shut down here
     * @param warnings takes sentences for the user
     */
    public HcsLayerStorage(WindowsApi api, Path storageRoot, ContentStore store, ExecutorService workers,
            Consumer<String> warnings) throws IOException {
        this(api, storageRoot, store, LayerSource.of(store), workers, warnings, RETRY);
    }

    /**
     * Unpacks what a source gives, such as downloads that are still going on.
     *
     * @param store where captured layers go
     * @param retry for single calls, and for the unpacking of a layer
     */
    public HcsLayerStorage(WindowsApi api, Path storageRoot, ContentStore store, LayerSource source,
            ExecutorService workers, Consumer<String> warnings, Retry retry) throws IOException {
        LayerDriver driver = new LayerDriver(api);
        LayerDirectories directories = new LayerDirectories(storageRoot);
        LayerRemoval removal = new LayerRemoval(api, driver, directories, retry);
        this.parts = new StorageParts(api, driver, directories, removal, store, workers, warnings, retry);
        this.unpacker =
                new ChainUnpacker(parts, new LayerImport(api, driver, directories, removal, source, workers));
    }

    @Override
    public LayerChain open(List<LayerBlob> layers, Cancellation cancellation) throws IOException {
        if (layers.isEmpty()) {
            throw new EngineException(ErrorKind.LAYER_CREATE, "a container needs at least a base layer",
                    "Begin the stage from an image of Windows instead of scratch.", null);
        }
        enablePrivileges();
        return unpacker.open(layers, cancellation);
    }

    private synchronized void enablePrivileges() {
        if (privileges == null) {
            privileges = Privileges.enable(parts.api(), Privileges.BACKUP, Privileges.RESTORE, Privileges.SECURITY,
                    Privileges.MANAGE_VOLUME);
        }
    }

    @Override
    public void sweep() {
        try {
            enablePrivileges();
        } catch (EngineException e) {
            parts.warnings().accept("what earlier builds left cannot be removed: " + e.getMessage());
            return;
        }
        parts.removal().sweep();
    }

    @Override
    public synchronized void close() {
        if (privileges != null) {
            try {
                privileges.close();
            } catch (EngineException e) {
                // What was built is built; the privileges end with this process at the latest.
                parts.warnings().accept(e.getMessage());
            }
            privileges = null;
        }
    }
}
