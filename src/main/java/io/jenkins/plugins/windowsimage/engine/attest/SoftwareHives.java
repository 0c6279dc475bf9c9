package io.jenkins.plugins.windowsimage.engine.attest;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerInputStream;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.ReadLimits;
import io.jenkins.plugins.windowsimage.engine.layer.TarLayout;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/**
 * Reads the SOFTWARE hives out of Windows layers. They are not part of the files that an image shows, so that the tar of every
 * layer is gone through. For one thread at a time.
 */
public final class SoftwareHives {
    private static final Set<String> NAMES =
            Set.of("hives/software_base", "hives/software_delta", "files/windows/system32/config/software");
    /** No hive that Windows can load is larger. */
    private static final long LARGEST = 2L << 30;

    private final ContentStore store;
    private final ExecutorService workers;
    private final Cancellation cancellation;

    /** @param workers decompress ahead, in short tasks; not shut down here */
    public SoftwareHives(ContentStore store, ExecutorService workers, Cancellation cancellation) {
        this.store = store;
        this.workers = workers;
        this.cancellation = cancellation;
    }

    /**
     * Finds the programs that Windows lists as installed.
     *
     * @param layers from the lowest to the uppermost; those that are not in the store are passed over
     * @param directory existing directory for a temporary file
     */
    public void find(List<LayerBlob> layers, Path directory, SoftwareList software) throws IOException {
        InstalledPrograms programs = new InstalledPrograms();
        Path hive = Files.createTempFile(directory, "hive", null);
        try {
            for (LayerBlob layer : layers) {
                if (store.contains(layer.descriptor().digest())) {
                    read(layer, hive, programs, software);
                }
            }
        } finally {
            Files.deleteIfExists(hive);
        }
        programs.addTo(software);
    }

    private void read(LayerBlob layer, Path hive, InstalledPrograms programs, SoftwareList software) throws IOException {
        String name = "layer " + layer.descriptor().digest();
        try (LayerInputStream tar = new LayerInputStream(
                        Channels.newInputStream(store.open(layer.descriptor().digest())),
                        name,
                        ReadLimits.DEFAULT,
                        workers,
                        cancellation);
                LayerReader reader = new LayerReader(tar, name, TarLayout.WINDOWS, ReadLimits.DEFAULT)) {
            for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
                boolean wanted = entry.type() == LayerEntry.Type.FILE
                        && entry.size() > 0
                        && entry.size() <= LARGEST
                        && NAMES.contains(entry.name().toLowerCase(java.util.Locale.ROOT));
                if (wanted) {
                    Files.copy(reader.content(), hive, StandardCopyOption.REPLACE_EXISTING);
                    try {
                        programs.apply(hive);
                    } catch (IOException e) {
                        software.unreadable(entry.name());
                    }
                }
            }
        }
    }
}
