package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.layer.LayerBlobWriter;
import io.jenkins.plugins.windowsimage.engine.layer.LayerCompression;
import io.jenkins.plugins.windowsimage.engine.layer.transport.LayerTar;
import io.jenkins.plugins.windowsimage.engine.store.DiskContentStore;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import io.jenkins.plugins.windowsimage.engine.windows.Retry;
import io.jenkins.plugins.windowsimage.engine.windows.sim.SimWindows;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A layer storage on a simulated Windows with a real content store. */
final class StorageFixture implements AutoCloseable {
    static final Retry QUICK = new Retry(5, 1);

    final SimWindows windows = new SimWindows();
    final Path root;
    final DiskContentStore store;
    final ExecutorService workers = Executors.newFixedThreadPool(2);
    final List<String> warnings = new CopyOnWriteArrayList<>();
    final Cancellation cancellation = new Cancellation();

    StorageFixture(Path root) {
        this.root = root;
        this.store = new DiskContentStore(new StorageRoot(root));
    }

    HcsLayerStorage storage() throws IOException {
        return storage(LayerSource.of(store));
    }

    HcsLayerStorage storage(LayerSource source) throws IOException {
        return new HcsLayerStorage(windows, root, store, source, workers, warnings::add, QUICK);
    }

    LayerCollector collector() throws IOException {
        return new LayerCollector(windows, root, QUICK);
    }

    /** Puts a tar into the store. */
    LayerBlob put(LayerTar tar) throws IOException {
        try (LayerBlobWriter blob =
                new LayerBlobWriter(store, LayerCompression.of(Compression.GZIP), workers, new Cancellation(),
                        warnings::add)) {
            blob.write(tar.toBytes());
            return blob.finish();
        }
    }

    static LayerTar baseTar() {
        return new LayerTar()
                .directories("Files", "Files/Windows", "Files/Windows/System32")
                .file("Files/Windows/System32/cmd.exe", "cmd")
                .file("Files/Windows/notepad.exe", "notepad")
                .link("Files/Windows/System32/notepad.exe", "Files/Windows/notepad.exe")
                .directories("Files/data")
                .file("Files/data/old", "old")
                .file("Files/data/kept", "kept")
                .directories("UtilityVM", "UtilityVM/Files", "UtilityVM/Files/EFI", "UtilityVM/Files/EFI/Microsoft",
                        "UtilityVM/Files/EFI/Microsoft/Boot")
                .file("UtilityVM/Files/EFI/Microsoft/Boot/BCD", "bcd")
                .file("UtilityVM/Files/kernel.exe", "kernel");
    }

    static LayerTar updateTar() {
        return new LayerTar()
                .directories("Files", "Files/data", "Files/new")
                .delete("Files/data/old")
                .file("Files/new/f", "first")
                .link("Files/new/cmd.exe", "Files/Windows/System32/cmd.exe")
                .junction("Files/junction", "C:/data")
                .directories("Hives")
                .hive("Hives/System_Delta", "regf")
                .directories("UtilityVM", "UtilityVM/Files")
                .file("UtilityVM/Files/kernel.exe", "patched");
    }

    static LayerTar copyTar(String content) {
        return new LayerTar().directories("Hives", "Files", "Files/app").file("Files/app/a.txt", content);
    }

    /** Files and their contents below a directory. */
    static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                contents.put(directory.relativize(file).toString(), Files.readString(file, StandardCharsets.UTF_8));
                return FileVisitResult.CONTINUE;
            }
        });
        return contents;
    }

    /** What a container on a layer sees. */
    Map<String, String> view(Path layer) throws IOException {
        Path target = Files.createTempDirectory(root, "view");
        windows.layers().copyView(layer, target);
        return contents(target);
    }

    /** Names in the directory of layers, other than of complete layers and their records. */
    List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>(windows.problems());
        LayerDirectories directories = new LayerDirectories(root);
        for (Path path : directories.list()) {
            String name = path.getFileName().toString();
            boolean complete = LayerDirectories.isLayer(path) && directories.isComplete(name);
            boolean known = name.equals("locks") || name.endsWith(".json")
                    && Files.exists(directories.layer(name.replace(".json", "")));
            if (!complete && !known) {
                left.add(name);
            } else {
                Optional<Closeable> lock = directories.tryOwn(path);
                if (lock.isEmpty()) {
                    left.add("locked: " + name);
                } else {
                    lock.get().close();
                }
            }
        }
        return left;
    }

    @Override
    public void close() throws IOException {
        workers.shutdown();
        store.close();
    }
}
