package io.jenkins.plugins.windowsimage.engine.windows.storage;

import com.sun.jna.ptr.PointerByReference;
import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.transport.DirectoryEntry;
import io.jenkins.plugins.windowsimage.engine.layer.transport.Listing;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsException;
import io.jenkins.plugins.windowsimage.engine.windows.api.Guid;
import io.jenkins.plugins.windowsimage.engine.windows.api.StorageType;
import io.jenkins.plugins.windowsimage.engine.windows.api.VirtDisk;
import io.jenkins.plugins.windowsimage.engine.windows.api.WinError;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes layers, scratches and temporary directories. A layer is renamed first, so that a half-removed one is never
 * taken for a layer. Thread-safe; the caller has the lock of what is removed.
 */
final class LayerRemoval {
    private static final System.Logger LOG = System.getLogger(LayerRemoval.class.getName());

    private static final String DISK = "sandbox.vhdx";
    /** OPEN_VIRTUAL_DISK_FLAG_IGNORE_RELATIVE_PARENT_LOCATOR: the parents of a stale disk may be gone (virtdisk.h). */
    private static final int IGNORE_PARENTS = 0x80;

    private final WindowsApi api;
    private final LayerDriver driver;
    private final LayerDirectories directories;
    private final Retry retry;

    LayerRemoval(WindowsApi api, LayerDriver driver, LayerDirectories directories, Retry retry) {
        this.api = api;
        this.driver = driver;
        this.directories = directories;
        this.retry = retry;
    }

    /** Removes an unpacked layer, complete or not. */
    void removeLayer(Path layer) throws IOException {
        directories.forget(layer.getFileName().toString());
        if (Files.exists(layer)) {
            destroy(layer);
        }
    }

    /** Removes a scratch that is not mounted as far as its owner knows. */
    void removeScratch(Path scratch) throws IOException {
        if (Files.exists(scratch)) {
            destroy(scratch);
        }
    }

    /** Removes the scratch of a dead process, which may still be mounted. */
    void removeStaleScratch(Path scratch) throws IOException {
        attempt(() -> driver.unprepare(scratch));
        attempt(() -> driver.deactivate(scratch));
        attempt(() -> detach(scratch));
        removeScratch(scratch);
    }

    private interface Step {
        void run() throws IOException;
    }

    /** What is not mounted cannot be unmounted: the outcome shows when the directory is renamed. */
    private static void attempt(Step step) throws IOException {
        try {
            step.run();
        } catch (WindowsException e) {
            LOG.log(Level.DEBUG, e.getMessage());
        }
    }

    private void destroy(Path directory) throws IOException {
        Path doomed = directories.newDoomed();
        Closeable lock = directories.tryOwn(doomed).orElseThrow();
        try (lock) {
            retry.call(new Cancellation(), () -> {
                driver.rename(directory, doomed);
                return null;
            });
            destroyDoomed(doomed);
        }
    }

    /** Ends what an earlier removal began. */
    void destroyDoomed(Path doomed) throws IOException {
        retry.call(new Cancellation(), () -> {
            driver.destroy(doomed);
            return null;
        });
    }

    /** Detaches the disk of a scratch, whoever attached it. */
    private void detach(Path scratch) throws IOException {
        Path disk = scratch.resolve(DISK);
        if (!Files.exists(disk)) {
            return;
        }
        StorageType anyFormat = new StorageType();
        anyFormat.VendorId = new Guid();
        PointerByReference handle = new PointerByReference();
        check("OpenVirtualDisk", disk, api.virtDisk().OpenVirtualDisk(anyFormat, LayerDriver.LONG_PATH + disk,
                VirtDisk.VIRTUAL_DISK_ACCESS_DETACH, VirtDisk.OPEN_VIRTUAL_DISK_FLAG_CACHED_IO | IGNORE_PARENTS, null,
                        handle));
        try {
            check("DetachVirtualDisk", disk,
                    api.virtDisk().DetachVirtualDisk(handle.getValue(), VirtDisk.DETACH_VIRTUAL_DISK_FLAG_NONE, 0));
        } finally {
            api.kernel32().CloseHandle(handle.getValue());
        }
    }

    private static void check(String call, Path disk, int error) {
        if (error != WinError.ERROR_SUCCESS) {
            throw new WindowsException(ErrorKind.LAYER_CREATE, "detaching a stale disk", call, WinError.hresult(error),
                    disk.toString());
        }
    }

    /** Removes a directory of files in transport form, whatever their names are. */
    void removeTemporary(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        retry.call(new Cancellation(), () -> {
            try (NativeLayerFiles files =
                    new NativeLayerFiles(api, directory, ErrorKind.IO_ERROR, "removing temporary files")) {
                for (String name : names(files)) {
                    files.remove(name);
                }
            } catch (NoSuchFileException e) {
                LOG.log(Level.DEBUG, "{0} was removed by somebody else", directory);
            }
            return null;
        });
        Files.deleteIfExists(directory);
    }

    private static List<String> names(NativeLayerFiles files) throws IOException {
        List<String> names = new ArrayList<>();
        try (Listing listing = files.list("")) {
            for (DirectoryEntry entry = listing.next(); entry != null; entry = listing.next()) {
                names.add(entry.name());
            }
        }
        return names;
    }

    /** Removes what dead processes left; what cannot be removed is left for the next time. */
    void sweep() {
        List<Path> paths;
        try {
            paths = directories.list();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the layers cannot be swept: {0}", e.getMessage());
            return;
        }
        for (Path path : paths) {
            try {
                sweep(path);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "left for the next start: {0}", e.getMessage());
            }
        }
    }

    private void sweep(Path path) throws IOException {
        boolean ours = LayerDirectories.isScratch(path)
                || LayerDirectories.isTemporary(path)
                || LayerDirectories.isDoomed(path)
                || LayerDirectories.isLayer(path);
        Optional<Closeable> lock = ours ? directories.tryOwn(path) : Optional.empty();
        if (lock.isEmpty()) {
            return;
        }
        try (Closeable held = lock.get()) {
            if (LayerDirectories.isScratch(path)) {
                removeStaleScratch(path);
            } else if (LayerDirectories.isTemporary(path)) {
                removeTemporary(path);
            } else if (LayerDirectories.isDoomed(path)) {
                destroyDoomed(path);
            } else if (!directories.isComplete(path.getFileName().toString())) {
                removeLayer(path);
            }
        }
    }
}
