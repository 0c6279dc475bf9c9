package io.jenkins.plugins.windowsimage.engine.windows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimLayers;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimVolumes;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Layer storage of plain directories, for tests of what stands around it; notes what happens to its scratches. */
final class DirectoryLayerStorage implements LayerStorage {
    private final SimWindows windows;
    private final Path root;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile Path lastVolume;
    private final AtomicInteger scratches = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    DirectoryLayerStorage(SimWindows windows, Path root) {
        this.windows = windows;
        this.root = root;
    }

    /** What happened, in order. */
    List<String> events() {
        return events;
    }

    /** What the last container saw as its drive C. */
    Path lastVolume() {
        return lastVolume;
    }

    boolean isAllClosed() {
        return open.get() == 0 && scratches.get() == 0;
    }

    @Override
    public LayerChain open(List<LayerBlob> layers, Cancellation cancellation) throws IOException {
        List<ReadOnlyLayer> parents = new ArrayList<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            Path layer = Files.createDirectories(root.resolve("layer" + i));
            Files.createDirectories(layer.resolve("UtilityVM"));
            parents.add(new ReadOnlyLayer(SimLayers.idOf(layer.getFileName().toString()), layer));
        }
        open.incrementAndGet();
        return new Chain(parents);
    }

    @Override
    public void sweep() {
        events.add("sweep");
    }

    @Override
    public void close() {
        events.add("close storage");
    }

    private final class Chain implements LayerChain {
        private final List<ReadOnlyLayer> parents;

        Chain(List<ReadOnlyLayer> parents) {
            this.parents = parents;
        }

        @Override
        public List<ReadOnlyLayer> parents() {
            return parents;
        }

        @Override
        public Scratch createScratch(long bytes) throws IOException {
            scratches.incrementAndGet();
            events.add("create scratch " + bytes);
            return new DirectoryScratch(Files.createTempDirectory(root, "scratch"));
        }

        @Override
        public void close() {
            open.decrementAndGet();
            events.add("close chain");
        }
    }

    private final class DirectoryScratch implements Scratch {
        private final Path directory;
        private final Path files;
        private SimVolumes.Volume volume;

        DirectoryScratch(Path directory) throws IOException {
            this.directory = directory;
            files = Files.createDirectories(directory.resolve("C"));
            lastVolume = files;
            windows.layers().setBootVolume(directory, new SimVolumes.Volume("boot", files, new TreeMap<>()));
        }

        @Override
        public Path directory() {
            return directory;
        }

        @Override
        public String mount() {
            events.add("mount");
            volume = windows.volumes().attach(files);
            return volume.path() + "\\";
        }

        @Override
        public void unmount() {
            if (volume != null) {
                events.add("unmount");
                windows.volumes().detach(volume);
                volume = null;
            }
        }

        @Override
        public LayerBlob capture(
                Compression compression, int compressionLevel, Long timestamp, Cancellation cancellation) {
            if (windows.isInUse(files)) {
                throw new EngineException(ErrorKind.LAYER_EXPORT_FAILED, "a container still uses the layer");
            }
            unmount();
            events.add("capture");
            Digest digest = Digest.of("captured");
            return new LayerBlob(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, "captured".getBytes(UTF_8)), digest, 1);
        }

        @Override
        public void close() {
            unmount();
            scratches.decrementAndGet();
            events.add("destroy scratch");
        }
    }
}
