package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.Rule;
import org.junit.Test;

/** Where a build's files and its Dockerfile come from. */
public class ContextTest {
    private static final String ALL = "FROM scratch\nCOPY . /\n";

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private OciTree fromInput(byte[] input, Object... arguments) throws IOException {
        Path layout = Files.createTempDirectory(sandbox.path("."), "tree").resolve("layout");
        Object[] all = new Object[arguments.length + 1];
        all[0] = "--output=" + layout;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        CommandLineRun run = CommandLineRun.withInput(input, sandbox.arguments("build", all));
        assertEquals(run.err(), 0, run.code());
        return new OciTree(layout);
    }

    private static byte[] tar(boolean compressed, String... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compressed ? new GZIPOutputStream(bytes) : bytes;
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    public void a_context_comes_as_a_tar_compressed_or_not() throws IOException {
        for (boolean compressed : new boolean[] {false, true}) {
            OciTree image = fromInput(tar(compressed, "Dockerfile", "FROM scratch\nCOPY d /\n", "./d/f", "text"), "-");
            assertEquals(Map.of("f", "text"), image.files());
        }
        OciTree other = fromInput(tar(true, "x/Other", "FROM scratch\nCOPY d /\n", "d/f", "text"), "-f", "x/Other", "-");
        assertEquals(Map.of("f", "text"), other.files());
    }

    @Test
    public void an_ignore_file_in_a_tar_counts() throws IOException {
        OciTree image = fromInput(tar(false, "Dockerfile", ALL, ".dockerignore", "*.log\nDockerfile\n.dockerignore", "a.log", "x", "b", "y"), "-");
        assertEquals(Map.of("b", "y"), image.files());
    }

    @Test
    public void a_dockerfile_comes_alone_or_beside_a_context() throws IOException {
        byte[] text = "FROM scratch\nCOPY <<E /f\nhere\nE\n".getBytes(StandardCharsets.UTF_8);
        assertEquals(Map.of("f", "here\n"), fromInput(text, "-").files());
        Path context = sandbox.context("c", "THIS IS NOT USED", "g", "there");
        assertEquals(Map.of("g", "there"),
                fromInput("FROM scratch\nCOPY g /\n".getBytes(StandardCharsets.UTF_8), "-f", "-", context).files());
        CommandLineRun.withInput(text, sandbox.arguments("build", "-f", "-", "-")).fails(2, "standard input");
    }

    @Test
    public void a_dockerfile_may_lie_anywhere() throws IOException {
        Path context = sandbox.context("c", "THIS IS NOT USED", "g", "there", "sub/My.dockerfile", "FROM scratch\nCOPY g /sub\n");
        Path outside = sandbox.file("elsewhere/Dockerfile", "FROM scratch\nCOPY g /outside\n");
        assertEquals(Set.of("sub"), sandbox.tree("-f", context.resolve("sub/My.dockerfile"), context).files().keySet());
        assertEquals(Set.of("outside"), sandbox.tree("-f", outside, context).files().keySet());
    }

    @Test
    public void ignore_files_decide_what_is_seen() throws IOException {
        Path context = sandbox.context("c", ALL, ".dockerignore", "# comment\n**/*.tmp\n!keep.tmp\ndir\n!dir/back\n/top\nDockerfile\n.dockerignore\n",
                "a.tmp", "1", "deep/er/b.tmp", "2", "keep.tmp", "3", "dir/gone", "4", "dir/back", "5", "top", "6", "deep/top", "7");
        assertEquals(Set.of("keep.tmp", "dir/", "dir/back", "deep/", "deep/er/", "deep/top"), sandbox.tree(context).files().keySet());
        sandbox.run("build", sandbox.context("d", "FROM scratch\nCOPY secret /\n", ".dockerignore", "secret", "secret", "x"))
                .fails(1, "line 2", "secret", ".dockerignore");
    }

    @Test
    public void an_ignore_file_beside_the_dockerfile_goes_first() throws IOException {
        Path context = sandbox.context("c", "X", ".dockerignore", "a", "a", "1", "b", "2", "build/My", "FROM scratch\nCOPY [ab] /\n",
                "build/My.dockerignore", "b");
        assertEquals(Set.of("a"), sandbox.tree("-f", context.resolve("build/My"), context).files().keySet());
    }

    @Test
    public void nothing_outside_the_context_is_read() throws IOException {
        sandbox.file("outside/secret", "secret");
        Path context = sandbox.context("c", "FROM scratch\nCOPY . /\n", "f", "x");
        Files.createSymbolicLink(context.resolve("link"), sandbox.path("outside"));
        Files.createSymbolicLink(context.resolve("etc"), Path.of("/etc"));
        Files.writeString(context.resolve("A"), "FROM scratch\nCOPY ../outside/secret /\n");
        Files.writeString(context.resolve("B"), "FROM scratch\nCOPY link/secret /\n");
        Files.writeString(context.resolve("C"), "FROM scratch\nCOPY etc/passwd /\n");
        Files.writeString(context.resolve("D"), "FROM scratch\nCOPY /etc/passwd /\n");
        for (String name : new String[] {"A", "B", "C", "D"}) {
            sandbox.run("build", "-f", context.resolve(name), context).fails(1, "line 2");
        }
    }

    @Test
    public void a_link_in_a_tar_leads_nowhere_outside() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry link = new TarArchiveEntry("link", TarArchiveEntry.LF_SYMLINK);
            link.setLinkName("/etc");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            byte[] text = "FROM scratch\nCOPY link/passwd /\n".getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry file = new TarArchiveEntry("Dockerfile");
            file.setSize(text.length);
            tar.putArchiveEntry(file);
            tar.write(text);
            tar.closeArchiveEntry();
        }
        CommandLineRun.withInput(bytes.toByteArray(), sandbox.arguments("build", "-")).fails(1, "line 2");
        CommandLineRun.withInput(tar(false, "../escape", "x", "Dockerfile", ALL), sandbox.arguments("build", "-")).fails(2, "../escape");
    }

    @Test
    public void a_tar_that_was_cut_off_is_no_context() throws IOException {
        byte[] whole = tar(false, "Dockerfile", ALL, "a", "x".repeat(700), "b", "y");
        int mark = whole.length;
        while (whole[mark - 1] == 0) {
            mark--;
        }
        mark = (mark + 511) / 512 * 512;
        for (int length = 513; length < mark + 512; length += 101) {
            CommandLineRun.withInput(Arrays.copyOf(whole, length), sandbox.arguments("build", "-")).fails(2, "standard input is broken");
        }
        for (int length = 1024; length <= mark; length += 512) {
            CommandLineRun.withInput(Arrays.copyOf(whole, length), sandbox.arguments("build", "-")).fails(2, "standard input is broken");
        }
        assertEquals(Set.of("Dockerfile", "a", "b"), fromInput(Arrays.copyOf(whole, mark + 512), "-").files().keySet());
        byte[] compressed = tar(true, "Dockerfile", ALL, "noise", new Random(1).ints(5000).boxed().toList().toString());
        CommandLineRun.withInput(Arrays.copyOf(compressed, compressed.length / 2), sandbox.arguments("build", "-"))
                .fails(2, "standard input is broken: it ends too early");
    }
}
