package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeFalse;

import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

/** Files of the context that do not hold still: an error that names the file, never an image that nobody wrote. */
public class ChangingFilesTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    /** Something that another program does to a file. */
    private interface Change {
        void apply(Path file) throws IOException;
    }

    @Test
    public void a_file_that_changes_while_a_layer_is_written_is_named() throws Exception {
        Path context = sandbox.context("context", "FROM base\nCOPY . C:/app/\n");
        // The layer begins with this one, which leaves time to change the other after its digest was taken.
        byte[] large = new byte[48_000_000];
        new Random(1).nextBytes(large);
        Files.write(context.resolve("a.bin"), large);
        Path file = context.resolve("z.txt");
        StorageRoot root = new StorageRoot(sandbox.root());
        Map<String, Change> changes = new LinkedHashMap<>();
        changes.put("grows", path -> Files.writeString(path, " and more", StandardOpenOption.APPEND));
        changes.put("shrinks", path -> Files.writeString(path, ""));
        changes.put("changes", path -> Files.writeString(path, "CONTENT"));
        changes.put("vanishes", Files::delete);
        changes.put("becomes a directory", path -> {
            Files.delete(path);
            Files.createDirectory(path);
        });
        for (Map.Entry<String, Change> change : changes.entrySet()) {
            Files.writeString(file, "content");
            CompletableFuture<CommandLineRun> build;
            try (DirectoryWatch watch = new DirectoryWatch(root.path().resolve("incoming"), DirectoryWatch.WRITTEN)) {
                build = CompletableFuture.supplyAsync(() ->
                        sandbox.run("build", "--no-cache", "--tag", "app", Sandbox.baseContext(), context));
                watch.await(part -> Files.exists(part) && Files.size(part) > 100_000);
                change.getValue().apply(file);
            }
            CommandLineRun run = build.get(60, TimeUnit.SECONDS);
            assertEquals(change.getKey() + ": " + run.out() + run.err(), 1, run.code());
            assertTrue(change.getKey() + ": " + run.err(), run.err().contains(file.toString()));
            assertEquals(1, run.err().lines().filter(line -> line.startsWith("ERROR: ")).count());
            sandbox.ok("fsck");
            assertEquals(0, Sandbox.json(sandbox.ok("images", "--format", "json").out()).size());
        }
        Files.delete(file);
        Files.writeString(file, "content");
        assertEquals("content", sandbox.tree("--tag", "app", context).files().get("app/z.txt"));
    }

    @Test
    public void a_file_that_changed_between_builds_is_read_again_even_when_size_and_time_are_the_same() throws IOException {
        Path context = sandbox.context("context", "FROM base\nCOPY a.txt C:/app/\n", "a.txt", "before");
        assertEquals("before", sandbox.tree(context).files().get("app/a.txt"));
        var time = Files.getLastModifiedTime(context.resolve("a.txt"));
        sandbox.file("context/a.txt", "after!");
        Files.setLastModifiedTime(context.resolve("a.txt"), time);
        assertEquals("after!", sandbox.tree(context).files().get("app/a.txt"));
    }

    @Test
    public void read_only_files_and_directories_are_copied_and_left_as_they_are() throws IOException {
        Path context = sandbox.context("context", "FROM base\nCOPY d C:/app/\n", "d/a.txt", "a");
        String digest = sandbox.build(context).get("digest").asText();
        Files.setPosixFilePermissions(context.resolve("d/a.txt"), PosixFilePermissions.fromString("r--r--r--"));
        Files.setPosixFilePermissions(context.resolve("d"), PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertEquals(digest, sandbox.build(context).get("digest").asText());
            assertEquals("r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(context.resolve("d/a.txt"))));
        } finally {
            Files.setPosixFilePermissions(context.resolve("d"), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    public void a_file_that_may_not_be_read_is_named() throws IOException {
        Path context = sandbox.context("context", "FROM base\nCOPY a.txt C:/app/\n", "a.txt", "a");
        Path file = context.resolve("a.txt");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse("skipped: this account may read everything", Files.isReadable(file));
        CommandLineRun run = sandbox.run("build", Sandbox.baseContext(), context);
        assertEquals(1, run.code());
        assertTrue(run.err(), run.err().contains("access is denied") && run.err().contains(file.toString()));
        Path closed = sandbox.context("closed", "FROM base\nCOPY . C:/app/\n", "d/a.txt", "a");
        Files.setPosixFilePermissions(closed.resolve("d"), PosixFilePermissions.fromString("---------"));
        sandbox.run("build", Sandbox.baseContext(), closed)
                .fails(1, "access is denied", closed.resolve("d").toString());
        Files.setPosixFilePermissions(closed.resolve("d"), PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(closed.resolve("Dockerfile"), PosixFilePermissions.fromString("---------"));
        sandbox.run("build", Sandbox.baseContext(), closed).fails(2, "access is denied", "Dockerfile");
    }
}
