package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** A build on a disk that is full at each of its writes in turn: the disk grows from too small for anything to large enough. */
public class FullDiskTest {
    private static final int STEP = 12;
    private static final int LARGEST = 2048;

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path disk;
    private Path context;
    private boolean mounted;

    @Before
    public void mount() throws Exception {
        disk = Files.createDirectory(sandbox.path("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk.toString()) == 0;
        assumeTrue("skipped: this account cannot mount a small disk", mounted);
        context = sandbox.context("context", "FROM base\nCOPY noise.bin C:/app/\nCOPY small.txt C:/app/\n", "small.txt", "small");
        byte[] noise = new byte[60_000];
        new Random(1).nextBytes(noise);
        Files.write(context.resolve("noise.bin"), noise);
    }

    @After
    public void unmount() throws Exception {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private void resize(int kilobytes) throws IOException, InterruptedException {
        assertEquals(0, run("mount", "-o", "remount,size=" + kilobytes + "k", disk.toString()));
    }

    private void empty() throws IOException {
        try (Stream<Path> files = Files.walk(disk)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).filter(file -> !file.equals(disk)).toList()) {
                Files.delete(file);
            }
        }
    }

    private CommandLineRun build() {
        return CommandLineRun.of("build", "--root", disk.resolve("root"), "--tag", "app", "--metadata-file", disk.resolve("result.json"),
                "--output", "type=oci,dest=" + disk.resolve("out.tar"), Sandbox.baseContext(), context);
    }

    private CommandLineRun store(String command, String... options) {
        return CommandLineRun.ok(Stream.concat(Stream.of(command, "--root", disk.resolve("root")), Stream.of(options)).toArray());
    }

    @Test
    public void whichever_write_fails_the_disk_is_named_and_the_build_works_after_space_is_made() throws Exception {
        int failures = 0;
        CommandLineRun run = null;
        for (int size = 4; size < LARGEST && (run == null || run.code() != 0); size += STEP) {
            empty();
            resize(size);
            run = build();
            if (run.code() != 0) {
                failures++;
                assertNamed(size + " KB", run);
                resize(4 * LARGEST);
                assertFalse("half an output at " + size + " KB", Files.exists(disk.resolve("out.tar")));
                assertEquals(size + " KB", "The store is in order", store("fsck").out().strip());
                CommandLineRun again = build();
                assertEquals(size + " KB: " + again.err(), 0, again.code());
                store("fsck");
                assertEquals(List.of(), Sandbox.list(disk.resolve("root/incoming")));
            }
        }
        assertEquals(0, run.code());
        assertTrue("only " + failures + " sizes were too small", failures > 10);
    }

    @Test
    public void files_that_tell_of_the_build_are_named_too() throws Exception {
        Files.write(disk.resolve("all of it"), new byte[4096]);
        for (String option : List.of("--metadata-file", "--iidfile", "--progress-file")) {
            Path file = disk.resolve("told");
            CommandLineRun run = sandbox.run("build", option, file, Sandbox.baseContext(), context);
            run.fails(1, file.toString());
            assertEquals(option, 0, Files.exists(file) ? Files.size(file) : 0);
            Files.deleteIfExists(file);
        }
        CommandLineRun failing = sandbox.run("build", "--metadata-file", disk.resolve("told"), sandbox.context("wrong", "FROM scratch\nCOPY none /\n"));
        failing.fails(1, "line 2", "none");
    }

    private static void assertNamed(String size, CommandLineRun run) {
        assertTrue(size + ": exit code " + run.code() + "\n" + run.err(), run.code() == 1 || run.code() == 4);
        assertEquals(size + ": " + run.err(), 1, run.err().lines().filter(line -> line.startsWith("ERROR: ")).count());
        assertTrue(size + ": " + run.err(), run.err().contains("the disk is full"));
        assertFalse(size + ": " + run.err(), run.err().contains("internal") || run.err().contains("\tat "));
    }
}
