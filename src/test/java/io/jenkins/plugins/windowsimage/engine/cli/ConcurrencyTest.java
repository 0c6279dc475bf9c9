package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;

/** Several processes on one store. */
public class ConcurrencyTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    private ChildProcess start(String command, Object... arguments) throws IOException {
        return ChildProcess.start(Map.of(), null, sandbox.arguments(command, arguments));
    }

    private Path context(String name) throws IOException {
        StringBuilder steps = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            steps.append("COPY f").append(i % 3).append(" /").append(name).append('/').append(i).append("/\n");
        }
        return sandbox.context(name, "FROM base\nCOPY f0 /shared\n" + steps, "f0", "x".repeat(100_000), "f1", name, "f2", "two");
    }

    @Test
    public void builds_prunes_and_removals_at_once_leave_a_store_in_order() throws Exception {
        sandbox.build("-t", "old:1", sandbox.context("old", "FROM base\nCOPY f /\n", "f", "old"));
        sandbox.build("-t", "kept:1", sandbox.context("kept", "FROM base\nCOPY f /\n", "f", "kept"));
        List<ChildProcess> builds = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            builds.add(start("build", "-t", name + ":1", Sandbox.baseContext(), "-o", "type=oci,dest=" + sandbox.path("out-" + name),
                    context(name)));
        }
        List<ChildProcess> others = List.of(start("prune"), start("rm", "old:1"));
        // Meanwhile this process does the same.
        CommandLineRun pruned = sandbox.run("prune");
        JsonNode third = sandbox.build("-t", "three:1", context("three"));
        sandbox.ok("prune");
        for (ChildProcess child : builds) {
            CommandLineRun run = child.end();
            assertEquals(run.out() + run.err(), 0, run.code());
        }
        for (ChildProcess child : others) {
            CommandLineRun run = child.end();
            assertEquals(run.out() + run.err(), 0, run.code());
        }
        assertEquals(pruned.err(), 0, pruned.code());
        CommandLineRun check = sandbox.run("fsck");
        assertEquals("The store is in order", check.out().trim());
        List<String> names = Sandbox.json(sandbox.ok("images", "--format", "json").out()).findValuesAsText("name");
        assertEquals(List.of("kept:1", "one:1", "three:1", "two:1"),
                names.stream().map(name -> name.replace("docker.io/library/", "")).sorted().toList());
        assertEquals(third.get("digest"), Sandbox.json(sandbox.ok("inspect", "three:1").out()).get("digest"));
        for (String name : List.of("one", "two")) {
            assertEquals("two", new OciTree(sandbox.path("out-" + name)).files().get(name + "/29/f2"));
        }
    }

    @Test
    public void two_builds_of_the_same_make_the_same_image() throws Exception {
        Path context = context("same");
        ChildProcess one = start("build", "--timestamp", "0", "-q", "-t", "same:1", Sandbox.baseContext(), context);
        ChildProcess two = start("build", "--timestamp", "0", "-q", "-t", "same:1", Sandbox.baseContext(), context);
        CommandLineRun first = one.end();
        CommandLineRun second = two.end();
        assertEquals(first.err(), 0, first.code());
        assertEquals(second.err(), first, second);
        sandbox.ok("fsck");
    }

    @Test
    public void what_a_killed_build_left_is_removed_by_the_next() throws Exception {
        sandbox.ok("images");
        ChildProcess build = start("build", "-t", "killed:1", "--progress", "plain", Sandbox.baseContext(), context("killed"));
        while (build.process().isAlive() && !Sandbox.list(sandbox.root()).stream().anyMatch(file -> file.contains("blobs/sha256/"))) {
            build.process().waitFor(5, TimeUnit.MILLISECONDS);
        }
        build.process().destroyForcibly();
        build.end();
        sandbox.build("-t", "next:1", sandbox.context("next", "FROM base\nCOPY f /\n", "f", "next"));
        CommandLineRun check = sandbox.run("fsck");
        assertEquals("The store is in order", check.out().trim());
        assertTrue(sandbox.ok("images").out().contains("next:1"));
    }
}
