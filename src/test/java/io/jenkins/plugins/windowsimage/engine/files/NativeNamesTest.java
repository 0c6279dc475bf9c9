package io.jenkins.plugins.windowsimage.engine.files;

import static org.junit.Assert.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class NativeNamesTest {
    private static final String DIRECTORY = "d\u00fcr \u4e2d";
    private static final String FILE = "\uD83D\uDE00%41.txt";

    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    @Before
    public void makeFiles() throws IOException {
        Assume.assumeTrue("the locale of this test cannot name the files",
                List.of("UTF-8", "utf-8").contains(System.getProperty("sun.jnu.encoding")));
        Path directory = Files.createDirectory(folder.getRoot().toPath().resolve(DIRECTORY));
        Files.writeString(directory.resolve(FILE), "content");
        Files.createSymbolicLink(folder.getRoot().toPath().resolve("link"), Path.of(DIRECTORY));
    }

    @Test
    public void files_have_their_names_under_every_locale() throws Exception {
        Assume.assumeTrue("Windows names files without locale", File.separatorChar == '/');
        for (String locale : List.of("C", "C.UTF-8")) {
            String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin",
                    "java").toString(),
                    "-cp", classPath, NativeNamesTest.class.getName(), folder.getRoot().toString());
            command.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("JAVA_TOOL"));
            command.environment().put("LANG", locale);
            command.environment().put("LC_ALL", locale);
            Process process = command.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertEquals(locale + ": " + said, 0, process.waitFor());
        }
    }

    /**
     * What the test runs under another locale: finds the files of {@link #makeFiles} by walking, by name and by link.
     */
    public static void main(String[] arguments) throws IOException {
        DirectoryTree tree = new DirectoryTree(Path.of(arguments[0]));
        List<FileNode> top = tree.children(tree.find("").orElseThrow());
        FileNode directory = top.get(0);
        FileNode file = tree.children(directory).get(0);
        String[] content = new String[1];
        tree.read(List.of(file), (node, in) -> content[0] = new String(in.readAllBytes(), StandardCharsets.UTF_8));
        boolean right = directory.path().equals(DIRECTORY) && file.path().equals(DIRECTORY + "/" + FILE)
                && top.get(1).linkTarget().equals(DIRECTORY)
                && tree.find("link/" + FILE).map(FileNode::path).equals(Optional.of(file.path()))
                && tree.find(DIRECTORY + "/\u00e4").isEmpty()
                && file.stamp().path().equals(file.path())
                && content[0].equals("content");
        System.exit(right ? 0 : 1);
    }
}
