package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Unpacks a base layer, one without parents, to the very files that Windows runs on. For one thread at a time. */
public final class BaseLayerUnpacker extends LayerUnpacker {
    private static final byte[] NOTHING = {};

    private final LayerFiles layer;
    private final Deferred directories;
    private boolean utilityVm;

    /**
     * @param name of the layer in error messages, such as {@code layer sha256:...}
     * @param layer its empty directory
     * @param spool an existing directory for temporary files
     */
    public BaseLayerUnpacker(String name, LayerFiles layer, Path spool, Cancellation cancellation) throws IOException {
        super(name, cancellation);
        this.layer = layer;
        this.directories = new Deferred(spool.resolve("directories"));
    }

    @Override
    void create(LayerEntry entry, String path, InputStream content) throws IOException {
        boolean directory = EntryStreams.isDirectory(entry);
        utilityVm |= path.equals(UTILITY_VM_FILES);
        NewFile file = layer.createFromBackup(path, directory);
        try {
            file.setInfo(info(entry));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        writeBackup(entry, content, file, NOTHING);
        if (directory) {
            directories.add(path, "", info(entry));
        }
    }

    @Override
    void link(LayerEntry entry, String path, String target) throws IOException {
        if (layer.status(target) == null) {
            throw failed(entry, "it is a hard link to \"" + entry.linkTarget() + "\", which is not there before it",
                    null);
        }
        layer.link(path, layer, target);
    }

    @Override
    void delete(LayerEntry entry, String path) {
        throw failed(entry, "a layer without parents cannot delete anything", null);
    }

    /** Sets the times of directories, which were changed by what was put into them. After {@link #unpack}. */
    public void finish() {
        complete(() -> directories.forEach((path, none, info) -> layer.setInfo(path, info.withAttributes(0))));
    }

    /** Whether the layer can boot the virtual machine of hyper-v isolation. */
    public boolean hasUtilityVm() {
        return utilityVm;
    }

    @Override
    public void close() throws IOException {
        try (directories) {
            super.close();
        }
    }
}
