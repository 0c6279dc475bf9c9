package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertFalse;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.Fuzz;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Hostile layers and layer indexes. */
public class LayerFuzzTest {
    private static final ReadLimits LIMITS = new ReadLimits(8 << 20, 2000, 100);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);

    @After
    public void end() {
        workers.shutdownNow();
    }

    @Test
    public void damaged_layers() throws Exception {
        byte[] tar = layer().toBytes();
        Fuzz.of("layer", EngineException.class, IOException.class)
                .run(1500, Fuzz.mutationsOf(List.of(tar, TarBytes.gzip(tar), com.github.luben.zstd.Zstd.compress(tar))), this::read);
    }

    @Test
    public void layers_of_hostile_entries() throws Exception {
        Fuzz.of("hostile layer", EngineException.class, IOException.class).run(500, LayerFuzzTest::hostile, this::read);
    }

    private static TarBytes layer() throws IOException {
        return new TarBytes().directory("Files").file("Files/a", "hello").symlink("Files/l", "a").hardLink("Files/h", "Files/a")
                .junction("Files/j", "C:\\a").file("Files/a:stream", "s").file("Files/.wh.gone", "").directory("Hives")
                .record("Files/r", "MSWINDOWS.fileattr", "32").file("Files/" + "n".repeat(150), "x").file("Hives/Software_Delta", "regf");
    }

    private static byte[] hostile(Random random) throws IOException {
        String[] names = {
            "Files/a", "Files/A", "Files/a/b", "Files/a:s", "Files/a:s:$DATA", "Files/b:", "../outside", "Files/../../outside", "/outside",
            "C:/outside", "Files\\a", "Files/C:/x", "Files/CON", "Files/nul.txt", "Files/a ", "Files/.wh.a", "Files/.wh.", "Files/.wh...",
            "Files/a/.wh..wh..opq", "Hives/System_Delta", "UtilityVM/Files/x", "Files/" + "x".repeat(500), "Files/ß", "Files/ẞ",
            "Files/" + "d/".repeat(200) + "f"
        };
        String[] keys = {
            "MSWINDOWS.fileattr", "MSWINDOWS.rawsd", "MSWINDOWS.sd", "MSWINDOWS.mountpoint", "MSWINDOWS.xattr.a", "path", "size", "mtime",
            "LIBARCHIVE.creationtime", "linkpath", "GNU.sparse.map"
        };
        String[] values = {"-1", "99999999999", "!", "AQAAAA==", "1", "../outside", "1e300", "D:(A;;FA;;;WD)", "0,1,5,9", ""};
        TarBytes tar = new TarBytes();
        for (int left = random.nextInt(10); left >= 0; left--) {
            String name = names[random.nextInt(names.length)];
            String other = names[random.nextInt(names.length)];
            try {
                switch (random.nextInt(7)) {
                    case 0 -> tar.directory(name);
                    case 1 -> tar.symlink(name, other);
                    case 2 -> tar.hardLink(name, other);
                    case 3 -> tar.junction(name, other);
                    case 4 -> tar.entry(name, (byte) "3467gZ".charAt(random.nextInt(6)));
                    case 5 -> tar.record(name, keys[random.nextInt(keys.length)], values[random.nextInt(values.length)]);
                    default -> tar.file(name, "content".repeat(random.nextInt(30)));
                }
            } catch (IllegalArgumentException | IllegalStateException e) {
                // The writer of this test cannot write this one.
            }
        }
        return random.nextBoolean() ? TarBytes.gzip(tar.toBytes()) : tar.toBytes();
    }

    @Test
    public void bombs_end_at_the_limit() throws Exception {
        byte[] bomb = TarBytes.gzip(new byte[32 << 20]);
        byte[] packed = com.github.luben.zstd.Zstd.compress(new byte[32 << 20]);
        byte[] fine = layer().toBytes();
        Fuzz.of("layer bomb", EngineException.class)
                .run(12, random -> List.of(fine, bomb, packed).get(random.nextInt(3)), this::read);
    }

    /** Reads a layer over another one, as a build does. */
    private void read(byte[] blob) throws IOException {
        MemoryStore store = new MemoryStore();
        byte[] lower = layer().toBytes();
        for (TarLayout layout : TarLayout.values()) {
            Digest diffId;
            try (LayerInputStream in = new LayerInputStream(
                    new ByteArrayInputStream(blob), "layer", LIMITS, workers, new Cancellation())) {
                diffId = in.diffId();
            }
            LayerBlob upper = new LayerBlob(put(store, blob), diffId, -1);
            LayerBlob base = new LayerBlob(put(store, lower), Digest.of(lower), -1);
            try (LayerTree tree = LayerTree.open(
                    store, List.of(base, upper), layout, null, LIMITS, workers, new Cancellation())) {
                walk(tree, layout);
            }
        }
    }

    private static Descriptor put(MemoryStore store, byte[] blob) throws IOException {
        try (var writer = store.writer()) {
            writer.write(blob, 0, blob.length);
            writer.commit();
        }
        return Descriptor.of(MediaTypes.OCI_LAYER, blob);
    }

    private static void walk(LayerTree tree, TarLayout layout) throws IOException {
        Deque<FileNode> left = new ArrayDeque<>(tree.find("").stream().toList());
        int seen = 0;
        while (!left.isEmpty() && seen++ < 5000) {
            for (FileNode child : tree.children(left.pop())) {
                assertFalse(child.path(), Arrays.asList(child.path().split("/")).contains(".."));
                assertFalse(child.path(), layout == TarLayout.WINDOWS && child.path().startsWith("Hives"));
                if (child.isDirectory()) {
                    left.push(child);
                } else if (child.type() == FileType.FILE) {
                    tree.layer(child);
                    tree.read(List.of(child), (file, content) -> content.readAllBytes());
                } else {
                    tree.find(child.path() + "/x");
                }
            }
        }
    }

    @Test
    public void layer_index_files() throws Exception {
        LayerIndexBuilder builder = new LayerIndexBuilder("layer", TarLayout.WINDOWS);
        try (LayerReader reader =
                new LayerReader(new ByteArrayInputStream(layer().toBytes()), "layer", TarLayout.WINDOWS, LIMITS)) {
            for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
                builder.add(entry, reader.contentOffset());
            }
        }
        Path directory = folder.newFolder("indexes").toPath();
        LayerIndexFile file = new LayerIndexFile(directory, Digest.of("layer"), TarLayout.WINDOWS);
        file.save(builder.build());
        Path path;
        try (Stream<Path> files = Files.list(directory)) {
            path = files.findFirst().orElseThrow();
        }
        byte[] good = Files.readAllBytes(path);
        Fuzz.of("layer index", IOException.class).run(700, Fuzz.mutationsOf(List.of(good)), input -> {
            Files.write(path, input);
            if (file.load().isEmpty()) {
                throw new IOException("as good as none");
            }
        });
    }
}
