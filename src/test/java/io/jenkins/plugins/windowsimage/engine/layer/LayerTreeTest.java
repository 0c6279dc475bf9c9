package io.jenkins.plugins.windowsimage.engine.layer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.PlannedEntry;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class LayerTreeTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final MemoryStore store = new MemoryStore();
    private final List<LayerBlob> layers = new ArrayList<>();

    @After
    public void endWorkers() {
        workers.shutdownNow();
    }

    @Test
    public void only_the_files_of_the_system_are_shown_and_upper_layers_replace_lower_ones() throws IOException {
        layer(new TarBytes().directory("Hives").file("Hives/System_Delta", "h").directory("Files").directory("Files/a")
                .file("Files/a/1", "one").file("Files/a/1:stream", "s").file("Files/a/2", "two").directory("UtilityVM")
                .file("UtilityVM/Files/x", "u"));
        layer(new TarBytes().directory("Files").directory("Files/a").file("Files/a/2", "second").file("Files/a/3", "three"));
        assertEquals("a/ a/1=one a/2=second a/3=three", show());
    }

    @Test
    public void whiteouts_hide_files_and_whole_directories() throws IOException {
        layer(new TarBytes().directory("Files/d").file("Files/d/x", "x").directory("Files/e").file("Files/e/old", "o").file("Files/f", "f"));
        layer(new TarBytes().file("Files/.wh.d", "").file("Files/.wh.F", "").file("Files/.wh.e", "").directory("Files/e")
                .file("Files/e/new", "n"));
        assertEquals("e/ e/new=n", show());
        layer(new TarBytes().directory("Files/d").file("Files/d/y", "y"));
        assertEquals("d/ d/y=y e/ e/new=n", show());
    }

    @Test
    public void a_file_replaces_a_directory_and_the_other_way_round() throws IOException {
        layer(new TarBytes().directory("Files/d").file("Files/d/x", "x").file("Files/f", "f"));
        layer(new TarBytes().file("Files/d", "file").directory("Files/f").file("Files/f/y", "y"));
        assertEquals("d=file f/ f/y=y", show());
    }

    @Test
    public void look_ups_do_not_regard_case_and_names_keep_their_spelling() throws IOException {
        layer(new TarBytes().directory("Files/Program Files").file("Files/Program Files/App.EXE", "1"));
        layer(new TarBytes().directory("Files/PROGRAM FILES").file("Files/PROGRAM FILES/\u00C4.txt", "2"));
        LayerTree tree = open(TarLayout.WINDOWS, null);
        assertEquals("PROGRAM FILES/App.EXE", tree.find("program files/aPP.exe").orElseThrow().path());
        assertEquals("PROGRAM FILES/\u00C4.txt", tree.find("program files/\u00E4.TXT").orElseThrow().path());
        assertTrue(tree.find("program files/none").isEmpty());
        assertTrue(tree.find("program files/app.exe/below").isEmpty());
        assertEquals("PROGRAM FILES/ PROGRAM FILES/App.EXE=1 PROGRAM FILES/\u00C4.txt=2", show());
    }

    @Test
    public void links_on_the_way_are_followed_and_links_at_the_end_are_not() throws IOException {
        layer(new TarBytes().directory("Files/real").file("Files/real/f", "content").symlink("Files/rel", "real")
                .symlink("Files/real/up", "..\\real").symlink("Files/abs", "C:\\real").junction("Files/junction", "\\??\\c:\\REAL")
                .symlink("Files/loop", "loop").symlink("Files/out", "..\\..\\real").symlink("Files/other", "D:\\real")
                .junction("Files/volume", "\\\\?\\Volume{b75e2c83-0000-0000-0000-602f00000000}\\real"));
        LayerTree tree = open(TarLayout.WINDOWS, null);
        for (String path : List.of("rel/f", "real/up/up/f", "abs/f", "junction/F", "volume/f", "rel/../real/f")) {
            assertEquals(path, "real/f", tree.find(path).orElseThrow().path());
        }
        for (String path : List.of("loop/f", "out/f", "other/f", "..", "real/../../real")) {
            assertTrue(path, tree.find(path).isEmpty());
        }
        FileNode link = tree.find("junction").orElseThrow();
        assertEquals(FileType.SYMLINK, link.type());
        assertEquals("\\??\\c:\\REAL", link.linkTarget());
    }

    @Test
    public void hard_links_share_content_within_and_across_layers() throws IOException {
        layer(new TarBytes().file("Files/a", "content").hardLink("Files/b", "Files/a").file("Files/c", "other").file("Files/single", "s"));
        layer(new TarBytes().hardLink("Files/d", "Files/C").hardLink("Files/e", "Files/b").hardLink("Files/gone", "Files/nothing"));
        layer(new TarBytes().file("Files/c", "replaced"));
        LayerTree tree = open(TarLayout.WINDOWS, null);
        assertEquals("a=content b=content c=replaced d=other e=content single=s", show());
        Object identity = tree.find("a").orElseThrow().identity();
        assertNotNull(identity);
        assertEquals(identity, tree.find("b").orElseThrow().identity());
        assertEquals(identity, tree.find("e").orElseThrow().identity());
        assertNotEquals(identity, tree.find("d").orElseThrow().identity());
        assertNull(tree.find("single").orElseThrow().identity());
        assertTrue(tree.find("gone").isEmpty());
    }

    @Test
    public void a_plain_layer_is_shown_from_its_root_and_regards_case() throws IOException {
        layer(new TarBytes().directory("./bin").file("./bin/Tool", "1").file("./bin/tool", "2").file("Files/x", "3"));
        layer(new TarBytes().file("bin/.wh..wh..opq", "").file("bin/new", "4"));
        assertEquals("Files/ Files/x=3 bin/ bin/new=4", show(TarLayout.PLAIN));
        layers.remove(1);
        assertEquals("Files/ Files/x=3 bin/ bin/Tool=1 bin/tool=2", show(TarLayout.PLAIN));
    }

    @Test
    public void opaque_markers_mean_nothing_to_windows() throws IOException {
        layer(new TarBytes().file("Files/d/a", "1"));
        layer(new TarBytes().file("Files/d/.wh..wh..opq", "").file("Files/d/b", "2"));
        assertEquals("d/ d/a=1 d/b=2", show());
    }

    @Test
    public void every_blob_is_read_once_from_front_to_back() throws IOException {
        TarBytes lower = new TarBytes();
        TarBytes upper = new TarBytes();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            lower.file("Files/l" + i % 7 + "/" + i, "lower" + i);
            upper.file("Files/u" + i % 7 + "/" + i, "upper" + i);
        }
        for (String name : List.of("l", "u")) {
            for (int i = 0; i < 40; i++) {
                expected.add(name + i % 7 + "/" + i);
            }
        }
        layer(lower);
        layer(upper);
        LayerTree tree = open(TarLayout.WINDOWS, null);
        List<FileNode> files = new ArrayList<>();
        collect(tree, tree.find("").orElseThrow(), files);
        files.removeIf(FileNode::isDirectory);
        store.opened.clear();
        List<String> order = new ArrayList<>();
        tree.read(files, (file, content) -> {
            order.add(file.path());
            // Leaves most of the content unread now and then.
            assertTrue(content.read() > 0);
        });
        assertEquals(expected, order);
        assertEquals(List.of(1, 1), List.copyOf(store.opened.values()));
    }

    @Test
    public void a_kept_index_spares_the_blob() throws IOException {
        layer(new TarBytes().directory("Files/d").file("Files/d/x", "x").hardLink("Files/y", "Files/d/x").symlink("Files/s", "y")
                .record("Files/r", "MSWINDOWS.rawsd", SecurityDescriptor.forFile().toBase64()));
        layer(new TarBytes().hardLink("Files/z", "Files/y"));
        Path indexes = folder.getRoot().toPath().resolve("some/indexes");
        String first = show(open(TarLayout.WINDOWS, indexes));
        store.opened.clear();
        LayerTree again = open(TarLayout.WINDOWS, indexes);
        assertTrue(store.opened.isEmpty());
        assertEquals(first, show(again));
        assertEquals(2, again.find("z").stream().count() + again.find("y").stream().count());
        assertEquals(again.find("z").orElseThrow().identity(), again.find("y").orElseThrow().identity());
    }

    @Test
    public void a_damaged_index_is_made_anew() throws IOException {
        layer(new TarBytes().directory("Files/d").file("Files/d/x", "x").symlink("Files/s", "y"));
        Path indexes = folder.getRoot().toPath();
        open(TarLayout.WINDOWS, indexes);
        Path file = indexes.resolve(layers.get(0).diffId().hex() + ".windows.index");
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            byte[] bad = good.clone();
            if (round % 2 == 0) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            } else {
                bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(file, bad, StandardOpenOption.TRUNCATE_EXISTING);
            store.opened.clear();
            open(TarLayout.WINDOWS, indexes);
            assertFalse(store.opened.isEmpty());
            assertEquals(Arrays.hashCode(good), Arrays.hashCode(Files.readAllBytes(file)));
        }
        try (Stream<Path> left = Files.list(indexes)) {
            assertEquals(1, left.count());
        }
    }

    @Test
    public void a_layer_that_is_not_what_its_image_says_is_refused_and_not_kept() throws IOException {
        LayerBlob honest = layer(new TarBytes().file("Files/a", "a"));
        LayerBlob liar = new LayerBlob(honest.descriptor(), Digest.of("something else"), -1);
        layers.set(0, liar);
        Path indexes = folder.getRoot().toPath();
        EngineException refusal = assertThrows(EngineException.class, () -> open(TarLayout.WINDOWS, indexes));
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(liar.diffId().toString()));
        try (Stream<Path> left = Files.list(indexes)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    public void entries_below_a_link_or_a_file_are_refused() throws IOException {
        layer(new TarBytes().symlink("Files/l", "C:\\Windows").file("Files/l/evil", "x"));
        assertThrows(EngineException.class, () -> open(TarLayout.WINDOWS, null));
        layers.clear();
        layer(new TarBytes().directory("Files/d").hardLink("Files/h", "Files/d"));
        assertThrows(EngineException.class, () -> open(TarLayout.WINDOWS, null));
        layers.clear();
        layer(new TarBytes().file("Files/d/x", "1").file("Files/d", "2"));
        assertThrows(EngineException.class, () -> open(TarLayout.WINDOWS, null));
    }

    @Test
    public void a_directory_tells_its_rights_and_spelling() throws IOException {
        MemoryTree source = new MemoryTree().directory("d").file("f", "x");
        LayerWriter writer = writer();
        layers.add(writer.write(List.of(
                new PlannedEntry("App", source.node("d"), source, Sid.CONTAINER_USER.toString()),
                new PlannedEntry("App/f", source.node("f"), source, null))));
        LayerEntry app = open(TarLayout.WINDOWS, null).directory("APP").orElseThrow();
        assertEquals("App", app.name());
        assertEquals(SecurityDescriptor.forDirectory(Sid.CONTAINER_USER), app.security());
        assertEquals(MemoryTree.TIME.minusSeconds(100), app.times().modified());
        LayerTree below = open(TarLayout.WINDOWS, null);
        assertTrue(below.directory("App/f").isEmpty());
        layers.add(writer.write(List.of(new PlannedEntry("aPP/g", source.node("f"), source, null)), below::directory));
        LayerTree both = open(TarLayout.WINDOWS, null);
        assertEquals("App/ App/f=x App/g=x", show(both));
        assertEquals(app.security(), both.directory("app").orElseThrow().security());
    }

    @Test
    public void random_stacks_look_like_the_same_steps_taken_one_by_one() throws IOException {
        Random random = new Random(17);
        for (int round = 0; round < 60; round++) {
            layers.clear();
            TreeMap<String, String> model = new TreeMap<>();
            for (int layer = 0; layer < 1 + random.nextInt(5); layer++) {
                randomLayer(random, model);
            }
            TreeMap<String, String> shown = new TreeMap<>();
            LayerTree tree = open(TarLayout.WINDOWS, null);
            List<FileNode> all = new ArrayList<>();
            collect(tree, tree.find("").orElseThrow(), all);
            all.stream().filter(FileNode::isDirectory).forEach(node -> shown.put(node.path(), "/"));
            tree.read(all.stream().filter(node -> node.type() == FileType.FILE).toList(),
                    (file, content) -> shown.put(file.path(), new String(content.readAllBytes(), StandardCharsets.UTF_8)));
            assertEquals(model, shown);
        }
    }

    /** Adds a layer of whiteouts, directories and files, and does the same to a map from path to content. */
    private void randomLayer(Random random, TreeMap<String, String> model) throws IOException {
        TarBytes tar = new TarBytes();
        Map<String, String> added = new TreeMap<>();
        List<String> deleted = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String path = randomPath(random);
            boolean hidden = model.keySet().stream().anyMatch(known -> known.equals(path) || known.startsWith(path + "/"));
            if (hidden && random.nextBoolean()) {
                int slash = path.lastIndexOf('/') + 1;
                tar.file("Files/" + path.substring(0, slash) + ".wh." + path.substring(slash), "");
                remove(model, path);
                deleted.add(path);
            }
        }
        for (int i = 0; i < 8; i++) {
            String path = randomPath(random);
            String content = random.nextInt(3) == 0 ? "/" : "c" + random.nextInt();
            boolean clash = added.keySet().stream().anyMatch(known -> known.equals(path) || known.startsWith(path + "/")
                    || path.startsWith(known + "/") && !added.get(known).equals("/"))
                    || deleted.stream().anyMatch(known -> known.startsWith(path + "/"));
            if (!clash && !hasFileAbove(model, path)) {
                added.put(path, content);
                if (content.equals("/")) {
                    tar.directory("Files/" + path);
                    if (!"/".equals(model.get(path))) {
                        remove(model, path);
                    }
                } else {
                    tar.file("Files/" + path, content);
                    remove(model, path);
                }
                for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                    model.put(path.substring(0, slash), "/");
                }
                model.put(path, content);
            }
        }
        layer(tar);
    }

    /** Whiteouts below what the same layer replaces, or files below files, no real layer has. */
    private static boolean hasFileAbove(TreeMap<String, String> model, String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String above = model.get(path.substring(0, slash));
            if (above != null && !above.equals("/")) {
                return true;
            }
        }
        return false;
    }

    private static void remove(TreeMap<String, String> model, String path) {
        model.keySet().removeIf(known -> known.equals(path) || known.startsWith(path + "/"));
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder();
        int depth = 1 + random.nextInt(3);
        for (int i = 0; i < depth; i++) {
            path.append(i == 0 ? "" : "/").append((char) ('a' + random.nextInt(4)));
        }
        return path.toString();
    }

    private LayerBlob layer(TarBytes tar) throws IOException {
        byte[] bytes = tar.toBytes();
        byte[] blob = TarBytes.gzip(bytes);
        Digest digest = store.put(blob);
        LayerBlob layer = new LayerBlob(new Descriptor(MediaTypes.OCI_LAYER_GZIP, digest, blob.length), Digest.of(bytes), -1);
        layers.add(layer);
        return layer;
    }

    private LayerWriter writer() {
        return new LayerWriter(store, LayerCompression.DEFAULT, workers, new Cancellation(), warning -> {}, null);
    }

    private LayerTree open(TarLayout layout, Path indexes) throws IOException {
        return LayerTree.open(store, layers, layout, indexes, ReadLimits.DEFAULT, workers, new Cancellation());
    }

    private String show() throws IOException {
        return show(TarLayout.WINDOWS);
    }

    private String show(TarLayout layout) throws IOException {
        return show(open(layout, null));
    }

    /** All paths, directories with a slash behind them, files with their content, links with their target. */
    private static String show(LayerTree tree) throws IOException {
        List<FileNode> all = new ArrayList<>();
        collect(tree, tree.find("").orElseThrow(), all);
        Map<String, String> contents = new TreeMap<>();
        tree.read(all.stream().filter(node -> node.type() == FileType.FILE).toList(),
                (file, content) -> contents.put(file.path(), new String(content.readAllBytes(), StandardCharsets.UTF_8)));
        List<String> shown = new ArrayList<>();
        for (FileNode node : all) {
            shown.add(node.path() + switch (node.type()) {
                case DIRECTORY -> "/";
                case FILE -> "=" + contents.get(node.path());
                case SYMLINK -> "->" + node.linkTarget();
            });
            assertTrue(node.isDirectory() || node.modified().equals(Instant.ofEpochSecond(1000))
                    || node.modified().equals(MemoryTree.TIME));
        }
        return String.join(" ", shown);
    }

    private static void collect(LayerTree tree, FileNode directory, List<FileNode> all) {
        for (FileNode child : tree.children(directory)) {
            all.add(child);
            if (child.isDirectory()) {
                collect(tree, child, all);
            }
        }
    }
}
