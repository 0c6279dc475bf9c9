package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class RememberedTreeTest {
    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private Path root;
    private FileTree tree;

    @Before
    public void makeTree() throws IOException {
        root = folder.newFolder("context").toPath();
        Files.writeString(root.resolve("a"), "1");
        tree = new RememberedTree(new DirectoryTree(root));
    }

    @Test
    public void stays_as_it_was_first_seen() throws IOException {
        assertEquals(List.of("a"), names());
        assertTrue(tree.find("b").isEmpty());
        Files.writeString(root.resolve("b"), "2");
        Files.delete(root.resolve("a"));
        assertEquals(List.of("a"), names());
        assertTrue(tree.find("b").isEmpty());
    }

    @Test
    public void what_has_changed_since_is_refused_when_it_is_read() throws IOException {
        List<FileNode> files = tree.children(tree.find("").orElseThrow());
        Files.writeString(root.resolve("a"), "12");
        IOException failure = assertThrows(IOException.class, () -> tree.read(files, (file, content) -> content.readAllBytes()));
        assertTrue(failure.getMessage(), failure.getMessage().contains("a changed"));
    }

    private List<String> names() throws IOException {
        return tree.children(tree.find("").orElseThrow()).stream().map(FileNode::name).toList();
    }
}
