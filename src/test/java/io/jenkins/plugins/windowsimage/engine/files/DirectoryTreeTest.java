package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class DirectoryTreeTest {
    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private Path outside;
    private Path root;
    private DirectoryTree tree;

    @Before
    public void makeContext() throws IOException {
        outside = Files.createDirectory(folder.getRoot().toPath().resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        root = Files.createDirectory(folder.getRoot().toPath().resolve("context"));
        tree = new DirectoryTree(root);
    }

    @Test
    public void shows_files_and_directories_sorted_by_code_point() throws IOException {
        for (String name : List.of("b", "B", "a\uFFFD", "a\uD83D\uDE00", "a")) {
            write(name, name);
        }
        Files.createDirectory(root.resolve("dir"));

        List<String> names = tree.children(node("")).stream().map(FileNode::path).toList();

        assertEquals(List.of("B", "a", "a\uFFFD", "a\uD83D\uDE00", "b", "dir"), names);
        assertEquals(FileType.DIRECTORY, node("dir").type());
        assertEquals(1, node("b").size());
        assertEquals("b", text(tree, "b"));
    }

    @Test
    public void finds_nothing_outside() throws IOException {
        write("sub/file", "x");
        for (String path : List.of("../outside/secret", "sub/../../outside/secret", outside + "/secret",
                "/../../outside/secret",
                "sub/file/x", "missing", "sub/missing/..", "x\u0000y", "x".repeat(5000))) {
            assertEquals(path, Optional.empty(), tree.find(path));
        }
        assertEquals("", tree.find("..").orElseThrow().path());
        assertEquals("sub/file", tree.find("/sub/../../sub//./file").orElseThrow().path());
    }

    @Test
    public void follows_links_on_the_way_within_the_context_only() throws IOException {
        write("real/file", "x");
        link("up", "../outside");
        link("absolute", outside.toString());
        link("inside", "/real");
        link("clamped", "../../../real");
        link("chain", "inside");
        link("loop", "loop/x");
        link("nowhere", "missing");

        assertEquals(Optional.empty(), tree.find("up/secret"));
        assertEquals(Optional.empty(), tree.find("absolute/secret"));
        assertEquals(Optional.empty(), tree.find("loop/x"));
        assertEquals(Optional.empty(), tree.find("nowhere/x"));
        for (String path : List.of("inside/file", "clamped/file", "chain/file")) {
            assertEquals(path, "real/file", tree.find(path).orElseThrow().path());
        }
        FileNode link = node("up");
        assertEquals(FileType.SYMLINK, link.type());
        assertEquals("../outside", link.linkTarget());
    }

    @Test
    public void does_not_read_through_a_link_that_took_the_place_of_a_directory() throws IOException {
        write("sub/secret", "public");
        FileNode file = node("sub/secret");
        Files.delete(root.resolve("sub/secret"));
        Files.delete(root.resolve("sub"));
        link("sub", outside.toString());

        IOException refused = assertThrows(IOException.class, () -> read(tree, file));
        assertTrue(refused.getMessage(), refused.getMessage().contains("sub"));
        assertThrows(IOException.class, () -> tree.children(new FileNode("sub", FileType.DIRECTORY, 0, file.modified(),
                null, null)));
    }

    @Test
    public void never_shows_what_is_outside_while_a_directory_and_a_link_change_places() throws Exception {
        Assume.assumeTrue("needs directories that files can be opened relative to", isSecure());
        // Same name, size and time, so that nothing but the way to it tells the file outside.
        write("sub/secret", "public");
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(root.resolve("sub/secret"), time);
        Files.setLastModifiedTime(outside.resolve("secret"), time);
        Files.writeString(outside.resolve("more"), "x");
        link("other", outside.toString());
        FileNode directory = node("sub");
        FileNode file = node("sub/secret");
        AtomicBoolean done = new AtomicBoolean();
        Thread swapper = new Thread(() -> {
            while (!done.get()) {
                swap("sub", "aside", "other");
                swap("sub", "other", "aside");
            }
        });
        swapper.start();
        try {
            int read = 0;
            for (int i = 0; i < 20_000; i++) {
                try {
                    assertEquals("public", read(tree, file));
                    read++;
                } catch (IOException e) {
                    // The link was there.
                }
                try {
                    List<FileNode> children = tree.children(directory);
                    assertTrue(children.toString(), children.size() <= 1);
                } catch (IOException e) {
                    // The link was there.
                }
            }
            assertTrue("never read", read > 0);
        } finally {
            done.set(true);
            swapper.join();
        }
    }

    private boolean isSecure() throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
            return stream instanceof SecureDirectoryStream;
        }
    }

    /** Moves the first to the second name, and the third to the first. */
    private void swap(String first, String second, String third) {
        try {
            Files.move(root.resolve(first), root.resolve(second), StandardCopyOption.ATOMIC_MOVE);
            Files.move(root.resolve(third), root.resolve(first), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void refuses_names_that_are_no_text() throws Exception {
        Assume.assumeTrue("needs a file system that keeps bytes", Files.isExecutable(Path.of("/bin/sh")));
        assertEquals(0, new ProcessBuilder("/bin/sh", "-c", "touch \"$(printf 'bad\\377name')\"").directory(root.toFile())
                .start().waitFor());
        IOException refused = assertThrows(IOException.class, () -> tree.children(node("")));
        assertTrue(refused.getMessage(), refused.getMessage().contains("not valid UTF-8"));
    }

    @Test
    public void does_not_read_through_a_link_that_took_the_place_of_a_file() throws IOException {
        write("secret", "public");
        FileNode file = node("secret");
        Files.delete(root.resolve("secret"));
        link("secret", outside.resolve("secret").toString());

        assertThrows(IOException.class, () -> read(tree, file));
    }

    @Test
    public void names_a_file_that_vanished_shrank_grew_or_changed() throws IOException {
        for (String change : List.of("vanish", "shrink", "grow", "rewrite")) {
            write(change, "0123456789");
            FileNode file = node(change);
            Path path = root.resolve(change);
            switch (change) {
                case "vanish" -> Files.delete(path);
                case "shrink" -> Files.writeString(path, "0");
                case "grow" -> Files.writeString(path, "0123456789abc");
                default -> {
                    Files.writeString(path, "9876543210");
                    Files.setLastModifiedTime(path, FileTime.from(file.modified().plusSeconds(5)));
                }
            }
            IOException failure = assertThrows(change, IOException.class, () -> read(tree, file));
            assertTrue(failure.getMessage(), failure.getMessage().contains(change));
        }
    }

    @Test
    public void notices_a_file_that_changes_while_it_is_read() throws IOException {
        byte[] large = new byte[100_000];
        for (boolean grow : new boolean[] {true, false}) {
            Path path = root.resolve("log" + grow);
            Files.write(path, large);
            IOException failure = assertThrows(IOException.class, () -> tree.read(List.of(node("log" + grow)), (file,
                    content) -> {
                content.readNBytes(10);
                if (grow) {
                    Files.write(path, large, StandardOpenOption.APPEND);
                } else {
                    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                        channel.truncate(50);
                    }
                }
                content.readAllBytes();
            }));
            assertTrue(failure.getMessage(), failure.getMessage().contains("log" + grow));
        }
    }

    @Test
    public void leaves_out_pipes() throws Exception {
        Assume.assumeTrue("needs mkfifo", Files.isExecutable(Path.of("/usr/bin/mkfifo")));
        assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", root.resolve("pipe").toString()).start().waitFor());

        assertEquals(List.of(), tree.children(node("")));
        assertEquals(Optional.empty(), tree.find("pipe"));
    }

    @Test
    public void tells_that_names_belong_to_one_file() throws IOException {
        write("first", "x");
        write("single", "x");
        Files.createLink(root.resolve("second"), root.resolve("first"));

        assertNotNull(node("first").identity());
        assertEquals(node("first").identity(), node("second").identity());
        assertNull(node("single").identity());
    }

    @Test
    public void refuses_what_is_no_directory() throws IOException {
        write("file", "x");
        assertThrows(NotDirectoryException.class, () -> new DirectoryTree(root.resolve("file")));
        assertThrows(IOException.class, () -> new DirectoryTree(root.resolve("missing")));
    }

    @Test
    public void ignored_files_are_not_there() throws IOException {
        write("keep", "x");
        write("secret.key", "x");
        write("node_modules/a/b", "x");
        write("docs/a.md", "x");
        write("docs/README.md", "x");
        write("empty/a.md", "x");
        link("way", "secret.key");
        link("dir", "node_modules");
        FileTree filtered = new FilteredTree(tree,
                IgnoreFile.parse("*.key\nnode_modules\ndocs\nempty\n!docs/README.md\n!empty/none"));

        assertEquals(List.of("dir", "docs", "keep", "way"), paths(filtered, ""));
        assertEquals(List.of("docs/README.md"), paths(filtered, "docs"));
        for (String path : List.of("secret.key", "node_modules", "node_modules/a", "dir/a/b", "docs/a.md", "empty",
                "keep/../secret.key")) {
            assertEquals(path, Optional.empty(), filtered.find(path));
        }
        assertEquals(Optional.empty(), FollowedLinks.find(filtered, "way"));
        assertEquals("x", text(filtered, "docs/README.md"));
    }

    @Test
    public void the_ignore_file_of_the_dockerfile_goes_before_that_of_the_context() throws IOException {
        write(".dockerignore", "general");
        write("win.Dockerfile", "");
        assertTrue(ContextIgnore.of(tree, root.resolve("win.Dockerfile")).excludes("general"));
        assertTrue(ContextIgnore.inside(tree, "win.Dockerfile").excludes("general"));

        write("win.Dockerfile.dockerignore", "special");
        for (IgnoreFile ignore : List.of(
                ContextIgnore.of(tree, root.resolve("win.Dockerfile")), ContextIgnore.inside(tree,
                ".\\win.Dockerfile"))) {
            assertTrue(ignore.excludes("special"));
            assertEquals(false, ignore.excludes("general"));
        }
    }

    @Test
    public void an_empty_ignore_file_of_the_dockerfile_still_goes_first() throws IOException {
        write(".dockerignore", "general");
        write("Dockerfile.dockerignore", "# nothing\n");
        assertTrue(ContextIgnore.of(tree, root.resolve("Dockerfile")).isEmpty());
        assertTrue(ContextIgnore.inside(tree, "Dockerfile").isEmpty());
    }

    @Test
    public void a_missing_ignore_file_ignores_nothing_and_one_outside_is_not_read() throws IOException {
        assertTrue(ContextIgnore.of(tree, root.resolve("Dockerfile")).isEmpty());
        link(".dockerignore", outside.resolve("secret").toString());
        assertTrue(ContextIgnore.of(tree, root.resolve("Dockerfile")).isEmpty());
    }

    private FileNode node(String path) throws IOException {
        return tree.find(path).orElseThrow();
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private void link(String path, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(path), Path.of(target));
    }

    private static List<String> paths(FileTree tree, String directory) throws IOException {
        return tree.children(tree.find(directory).orElseThrow()).stream().map(FileNode::path).toList();
    }

    private static String text(FileTree tree, String path) throws IOException {
        return read(tree, tree.find(path).orElseThrow());
    }

    private static String read(FileTree tree, FileNode file) throws IOException {
        List<String> texts = new ArrayList<>();
        tree.read(List.of(file), (node, content) -> texts.add(new String(content.readAllBytes(),
                StandardCharsets.UTF_8)));
        return texts.get(0);
    }
}
