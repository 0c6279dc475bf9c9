package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** When the step of a file that is copied is carried out, and when it is known. */
public class StepCacheTest {
    @Rule
    public TemporaryFolder folder = new TemporaryFolder();

    private Path context;
    private Path root;

    @Before
    public void makeContext() throws IOException {
        context = folder.newFolder("context").toPath();
        root = folder.getRoot().toPath().resolve("root");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY f /f\n");
        Files.writeString(context.resolve("f"), "one");
    }

    @Test
    public void contents_that_were_there_before_are_known_in_any_order() throws IOException {
        assertCached(false);
        assertCached(true);
        Files.writeString(context.resolve("f"), "two");
        assertCached(false);
        Files.writeString(context.resolve("f"), "one");
        assertCached(true);
        Files.writeString(context.resolve("f"), "two");
        assertCached(true);
    }

    @Test
    public void what_was_made_without_the_cache_is_known_afterwards() throws IOException {
        assertCached(false, "--no-cache");
        assertCached(true);
        assertCached(false, "--no-cache");
    }

    @Test
    public void a_step_of_an_imported_cache_is_known_to_a_store_that_has_never_seen_the_instruction() throws IOException {
        Path cache = folder.getRoot().toPath().resolve("cache");
        assertCached(false, "--cache-to", "type=local,dest=" + cache);
        root = folder.getRoot().toPath().resolve("other");
        assertCached(true, "--cache-from", "type=local,src=" + cache);
        assertCached(true);
    }

    @Test
    public void a_layer_that_changed_in_one_file_is_the_same_in_a_store_that_knew_the_rest_of_it() throws IOException {
        Random random = new Random(1);
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY d /d\n");
        Files.createDirectory(context.resolve("d"));
        for (int i = 0; i < 400; i++) {
            byte[] content = new byte[10_000];
            random.nextBytes(content);
            Files.write(context.resolve("d/f" + i), content);
        }
        Digest before = digest(root);
        Files.writeString(context.resolve("d/f200"), "changed");
        Digest after = digest(root);
        assertNotEquals(before, after);
        assertEquals(digest(folder.getRoot().toPath().resolve("other")), after);
        CommandLineRun.ok("fsck", "--root", root);
    }

    private Digest digest(Path store) throws IOException {
        Path result = folder.getRoot().toPath().resolve("result.json");
        CommandLineRun.ok("build", "--root", store, "--metadata-file", result, "--timestamp", "0", "--progress", "plain", context);
        return Digest.parse(Sandbox.json(result).get("digest").asText());
    }

    private void assertCached(boolean expected, String... options) {
        Object[] arguments = new Object[options.length + 6];
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[0] = "build";
        System.arraycopy(new Object[] {"--root", root, "--progress", "plain", context}, 0, arguments, options.length + 1, 5);
        CommandLineRun run = CommandLineRun.ok(arguments);
        String log = run.out() + run.err();
        assertTrue(log, log.contains("COPY"));
        assertEquals(log, expected, log.contains("CACHED"));
    }
}
