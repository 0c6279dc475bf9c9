package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerInputStream;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.ReadLimits;
import io.jenkins.plugins.windowsimage.engine.layer.TarLayout;
import io.jenkins.plugins.windowsimage.engine.layer.transport.BaseLayerUnpacker;
import io.jenkins.plugins.windowsimage.engine.layer.transport.FileStatus;
import io.jenkins.plugins.windowsimage.engine.layer.transport.LayerFiles;
import io.jenkins.plugins.windowsimage.engine.layer.transport.TransportUnpacker;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.api.WindowsApi;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Unpacks one layer. The caller has the lock of the layer; a layer that fails leaves nothing, and its record is written
 * only when all of it is there. Thread-safe.
 */
final class LayerImport {
    private static final String UTILITY_VM = "UtilityVM";

    private final WindowsApi api;
    private final LayerDriver driver;
    private final LayerDirectories directories;
    private final LayerRemoval removal;
    private final LayerSource source;
    private final ExecutorService workers;

    LayerImport(WindowsApi api, LayerDriver driver, LayerDirectories directories, LayerRemoval removal,
            LayerSource source,
            ExecutorService workers) {
        this.api = api;
        this.driver = driver;
        this.directories = directories;
        this.removal = removal;
        this.source = source;
        this.workers = workers;
    }

    /** The layers below one that is being unpacked. */
    interface Parents {
        /** Immediate parent first; waits until all of them are complete. */
        List<ReadOnlyLayer> await() throws IOException;
    }

    /**
     * Unpacks a layer.
     *
     * @param parentName null for a base layer
     * @throws EngineException of kind LAYER_CREATE or TAR_EXTRACT_FAILED naming the layer
     */
    void run(LayerBlob layer, String name, String parentName, Parents parents, Cancellation cancellation)
            throws IOException {
        Path directory = directories.layer(name);
        Path temporary = directories.newTemporary();
        try (Closeable temporaryLock = directories.tryOwn(temporary).orElseThrow()) {
            removal.removeLayer(directory);
            Files.createDirectories(temporary);
            try {
                Files.createDirectory(directory);
                long bytes = parentName == null
                        ? importBase(layer, directory, temporary, cancellation)
                        : importFurther(layer, directory, temporary, parents, cancellation);
                directories.complete(new StoredLayer(name, parentName, layer.diffId(), bytes));
            } catch (IOException | RuntimeException e) {
                cleanUp(e, () -> removal.removeLayer(directory));
                throw e;
            } finally {
                cleanUp(null, () -> removal.removeTemporary(temporary));
            }
        }
    }

    private interface CleanUp {
        void run() throws IOException;
    }

    /** What cannot be removed now is removed by the next sweep. */
    private static void cleanUp(Exception failure, CleanUp work) {
        try {
            work.run();
        } catch (IOException | RuntimeException e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
    }

    private static String describe(LayerBlob layer) {
        return "layer " + layer.descriptor().digest();
    }

    private NativeLayerFiles open(Path directory, LayerBlob layer) throws IOException {
        return new NativeLayerFiles(api, directory, ErrorKind.LAYER_CREATE, "unpacking the " + describe(layer));
    }

    private long importBase(LayerBlob layer, Path directory, Path temporary, Cancellation cancellation)
            throws IOException {
        boolean utilityVm;
        long bytes;
        try (LayerFiles files = open(directory, layer);
                Tar tar = new Tar(layer, cancellation);
                BaseLayerUnpacker unpacker = new BaseLayerUnpacker(describe(layer), files, temporary, cancellation)) {
            unpacker.unpack(tar.reader);
            bytes = tar.verify();
            unpacker.finish();
            utilityVm = unpacker.hasUtilityVm();
        }
        cancellation.check();
        driver.processBase(directory);
        if (utilityVm) {
            processUtilityVm(layer, directory);
        }
        return bytes;
    }

    private long importFurther(LayerBlob layer, Path directory, Path temporary, Parents parents,
            Cancellation cancellation)
            throws IOException {
        Path staging = Files.createDirectory(temporary.resolve("transport"));
        List<LayerFiles> opened = new ArrayList<>();
        boolean utilityVm;
        long bytes;
        try (LayerFiles stagingFiles = open(staging, layer);
                LayerFiles files = open(directory, layer);
                Tar tar = new Tar(layer, cancellation);
                TransportUnpacker unpacker = new TransportUnpacker(describe(layer), stagingFiles, files,
                        () -> openAll(parents.await(), opened, layer), temporary, cancellation)) {
            unpacker.unpack(tar.reader);
            bytes = tar.verify();
            unpacker.finishStaging();
            List<ReadOnlyLayer> below = parents.await();
            cancellation.check();
            driver.importLayer(directory, staging, below);
            unpacker.apply();
            utilityVm = unpacker.hasUtilityVm();
        } finally {
            for (LayerFiles parent : opened) {
                parent.close();
            }
        }
        if (utilityVm) {
            processUtilityVm(layer, directory);
        }
        return bytes;
    }

    private List<LayerFiles> openAll(List<ReadOnlyLayer> parents, List<LayerFiles> opened, LayerBlob layer)
            throws IOException {
        for (int i = opened.size(); i < parents.size(); i++) {
            opened.add(open(parents.get(i).directory(), layer));
        }
        return opened;
    }

    private void processUtilityVm(LayerBlob layer, Path directory) throws IOException {
        try (LayerFiles files = open(directory, layer)) {
            FileStatus status = files.status(UTILITY_VM);
            if (status == null || !status.isDirectory() || status.isReparsePoint()) {
                throw new EngineException(ErrorKind.LAYER_CREATE,
                        "the " + describe(layer) + " has a UtilityVM that is a link");
            }
        }
        driver.processUtilityVm(directory.resolve(UTILITY_VM));
    }

    /** The tar of a layer on its way in. */
    private final class Tar implements Closeable {
        private final LayerBlob layer;
        private final LayerInputStream stream;
        private final Counted counted;
        private final LayerReader reader;

        Tar(LayerBlob layer, Cancellation cancellation) throws IOException {
            this.layer = layer;
            this.stream =
                    new LayerInputStream(source.open(layer), describe(layer), ReadLimits.DEFAULT, workers,
                            cancellation);
            this.counted = new Counted(stream);
            this.reader = new LayerReader(counted, describe(layer), TarLayout.WINDOWS, ReadLimits.DEFAULT);
        }

        /** Reads the rest; returns the length of the tar if it is the one that was announced. */
        long verify() throws IOException {
            counted.transferTo(java.io.OutputStream.nullOutputStream());
            Digest diffId = stream.diffId();
            if (!diffId.equals(layer.diffId())) {
                throw new EngineException(ErrorKind.TAR_EXTRACT_FAILED,
                        "the " + describe(layer) + " has the diff id " + diffId + " instead of " + layer.diffId(),
                        "The image is damaged or was changed; pull it again.", null);
            }
            return counted.count;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long wanted) throws IOException {
            long skipped = super.skip(wanted);
            count += skipped;
            return skipped;
        }
    }
}
