package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlobWriter;
import io.jenkins.plugins.windowsimage.engine.layer.LayerCompression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTarWriter;
import io.jenkins.plugins.windowsimage.engine.layer.transport.TransportReader;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.Scratch;
import io.jenkins.plugins.windowsimage.engine.windows.WindowsVersion;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A scratch layer of vmcompute.dll. */
final class HcsScratch implements Scratch {
    private static final System.Logger LOG = System.getLogger(HcsScratch.class.getName());

    /** What CreateSandboxLayer makes; a disk cannot be made smaller. */
    private static final long CREATED_BYTES = 20L << 30;
    /** What Docker gives to its containers. */
    private static final long DEFAULT_BYTES = 127L << 30;

    private static final int VERSION_1903 = 18362;
    private static final int VERSION_2004 = 19041;

    private final StorageParts parts;
    private final Path directory;
    private final List<ReadOnlyLayer> parents;
    private final Closeable lock;
    private boolean activated;
    private boolean prepared;
    private boolean closed;

    private HcsScratch(StorageParts parts, Path directory, List<ReadOnlyLayer> parents, Closeable lock) {
        this.parts = parts;
        this.directory = directory;
        this.parents = parents;
        this.lock = lock;
    }

    /** Makes a scratch of at least so many bytes; 0 for the default. */
    static HcsScratch create(StorageParts parts, List<ReadOnlyLayer> parents, long bytes) throws IOException {
        Path directory = parts.directories().newScratch();
        HcsScratch scratch =
                new HcsScratch(parts, directory, parents, parts.directories().tryOwn(directory).orElseThrow());
        try {
            scratch.create(bytes == 0 ? DEFAULT_BYTES : bytes);
            return scratch;
        } catch (IOException | RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    private void create(long bytes) throws IOException {
        parts.driver().createScratch(directory, parents);
        if (bytes > CREATED_BYTES) {
            parts.driver().expand(directory, bytes);
            int build = WindowsVersion.ofHost(parts.api()).build();
            if (build >= VERSION_1903 && build < VERSION_2004) {
                extendVolume();
            }
        }
    }

    /** Other versions of Windows do this by themselves when they mount the scratch; these fail to. */
    private void extendVolume() throws IOException {
        parts.retry().call(new Cancellation(), () -> {
            activate();
            new ScratchDisk(parts.api(), parts.driver().volume(directory)).extendVolume();
            return null;
        });
        deactivate();
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public String mount() throws IOException {
        if (!prepared) {
            // Detached between attempts: a disk that was attached a moment too early does not get ready by waiting.
            parts.retry().call(new Cancellation(), () -> {
                try {
                    activate();
                    prepare();
                    return null;
                } catch (RuntimeException e) {
                    releaseQuietly(e);
                    throw e;
                }
            });
        }
        return parts.driver().volume(directory);
    }

    private void activate() {
        if (!activated) {
            parts.driver().activate(directory);
            activated = true;
        }
    }

    private void prepare() {
        parts.driver().prepare(directory, parents);
        prepared = true;
    }

    private void releaseQuietly(RuntimeException failure) {
        try {
            unmount();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void unprepare() throws IOException {
        if (prepared) {
            parts.retry().call(new Cancellation(), () -> {
                parts.driver().unprepare(directory);
                return null;
            });
            prepared = false;
        }
    }

    private void deactivate() throws IOException {
        if (activated) {
            parts.retry().call(new Cancellation(), () -> {
                parts.driver().deactivate(directory);
                return null;
            });
            activated = false;
        }
    }

    @Override
    public void unmount() throws IOException {
        try {
            unprepare();
        } finally {
            deactivate();
        }
    }

    @Override
    public LayerBlob capture(Compression compression, int compressionLevel, Long timestamp, Cancellation cancellation)
            throws IOException {
        LayerCompression chosen = compressionLevel < 0
                ? LayerCompression.of(compression)
                : new LayerCompression(compression, compressionLevel);
        cancellation.check();
        Path temporary = parts.directories().newTemporary();
        try (Closeable temporaryLock = parts.directories().tryOwn(temporary).orElseThrow()) {
            try {
                Path export = Files.createDirectories(temporary.resolve("transport"));
                export(export, cancellation);
                return write(export, chosen, timestamp, cancellation);
            } finally {
                removeQuietly(temporary);
            }
        }
    }

    /** A scratch is exported attached but without its filter, after it has had one at least once. */
    private void export(Path target, Cancellation cancellation) throws IOException {
        mount();
        try {
            unprepare();
            parts.retry().call(cancellation, () -> {
                parts.driver().exportLayer(directory, target, parents);
                return null;
            });
        } finally {
            unmount();
        }
    }

    private LayerBlob write(Path export, LayerCompression compression, Long timestamp, Cancellation cancellation)
            throws IOException {
        try (NativeLayerFiles files = new NativeLayerFiles(
                        parts.api(), export, ErrorKind.LAYER_EXPORT_FAILED, "reading what a container changed");
                LayerBlobWriter blob = new LayerBlobWriter(
                        parts.store(), compression, parts.workers(), cancellation, parts.warnings())) {
            LayerTarWriter tar = new LayerTarWriter(blob, timestamp);
            new TransportReader(files, tar, cancellation, parts.warnings()).writeEntries();
            tar.finish();
            return blob.finish();
        }
    }

    private void removeQuietly(Path temporary) {
        try {
            parts.removal().removeTemporary(temporary);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "left for the next start: {0}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            try {
                unmount();
                parts.removal().removeScratch(directory);
            } catch (IOException | EngineException e) {
                LOG.log(Level.WARNING, "left for the next start: {0}", e.getMessage());
            }
        }
    }
}
