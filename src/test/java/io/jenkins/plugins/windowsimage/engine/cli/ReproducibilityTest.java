package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Equal input gives an equal image; what is known is not made again, on this machine or another. */
public class ReproducibilityTest {
    private static final String DOCKERFILE =
            "FROM scratch AS data\nCOPY d /data/\nFROM base\nENV A=b\nWORKDIR /app\nCOPY f .\nCOPY --from=data / .\nCOPY <<E g\ntext\nE\n";

    @ClassRule
    public static final DockerRegistry OPEN = DockerRegistry.open();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path context() throws IOException {
        return sandbox.context("c", DOCKERFILE, "f", "file", "d/x", "1", "d/y", "2");
    }

    private static void touch(Path context, long seconds) throws IOException {
        for (String name : Sandbox.list(context)) {
            Files.setLastModifiedTime(context.resolve(name), FileTime.from(Instant.ofEpochSecond(seconds)));
        }
    }

    private static int cached(JsonNode result) {
        return result.get("totals").get("cachedSteps").asInt();
    }

    private static String insecure() {
        return "--insecure-registry=" + OPEN.host();
    }

    @Test
    public void a_fixed_time_gives_equal_digests_on_two_machines() throws Exception {
        Path context = context();
        touch(context, 1_600_000_000);
        String first = sandbox.build("--timestamp", "1704067200", context).get("digest").asText();
        touch(context, 1_650_000_000);
        assertEquals(first, sandbox.withStore("second").build("--timestamp", "1704067200", context).get("digest").asText());
        assertEquals(first, sandbox.build("--no-cache", "--timestamp", "1704067200", context).get("digest").asText());
        assertNotEquals(first, sandbox.build("--timestamp", "1704067201", context).get("digest").asText());
        CommandLineRun child = ChildProcess.start(Map.of("SOURCE_DATE_EPOCH", "1704067200"), null,
                sandbox.withStore("third").arguments("build", "--quiet", Sandbox.baseContext(), context)).end();
        assertEquals(child.err(), first, child.out().trim());
    }

    @Test
    public void a_fixed_time_is_the_time_of_everything() throws IOException {
        Path context = context();
        OciTree image = sandbox.tree("--timestamp", "1704067200", context);
        assertEquals("2024-01-01T00:00:00Z", image.config().get("created").asText());
        for (int layer = 3; layer < image.manifest().get("layers").size(); layer++) {
            image.entries(layer).forEach(entry -> assertEquals(entry.getName(), 1704067200L, entry.getLastModifiedTime().toMillis() / 1000));
        }
        sandbox.run("build", "--timestamp", "yesterday", context).fails(2, "--timestamp");
    }

    @Test
    public void a_rebuild_is_the_same_image_from_the_cache() throws IOException {
        Path context = context();
        JsonNode first = sandbox.build(context);
        touch(context, 1_650_000_000);
        JsonNode again = sandbox.build(context);
        assertEquals(0, cached(first));
        assertEquals(5, cached(again));
        assertEquals(first.get("digest"), again.get("digest"));
        assertNotEquals(first.get("buildId"), again.get("buildId"));
        assertTrue(again.get("steps").findValues("cached").stream().filter(JsonNode::asBoolean).count() == 5);
        JsonNode anew = sandbox.build("--no-cache", context);
        assertEquals(0, cached(anew));
    }

    @Test
    public void what_changed_is_made_again_and_what_follows_it() throws IOException {
        Path context = context();
        sandbox.build(context);
        Files.writeString(context.resolve("f"), "changed");
        JsonNode again = sandbox.build(context);
        assertEquals(List.of("2", "5"), again.get("steps").findParents("line").stream()
                .filter(step -> step.get("cached").asBoolean()).map(step -> step.get("line").asText()).toList());
    }

    @Test
    public void a_renamed_file_is_a_change() throws IOException {
        Path context = context();
        String before = sandbox.tree(context).files().get("app/data/x");
        assertEquals("1", before);
        Files.move(context.resolve("d/x"), context.resolve("d/z"));
        assertTrue(sandbox.tree(context).files().containsKey("app/data/z"));
        assertFalse(sandbox.tree(context).files().containsKey("app/data/x"));
    }

    @Test
    public void steps_are_shared_through_a_directory() throws IOException {
        Path cache = sandbox.path("cache");
        JsonNode first = sandbox.build("--cache-to", "type=local,dest=" + cache + ",mode=max", context());
        JsonNode second = sandbox.withStore("second").build("--cache-from", "type=local,src=" + cache, context());
        assertEquals(5, cached(second));
        assertEquals(first.get("digest"), second.get("digest"));
    }

    @Test
    public void steps_are_shared_through_a_registry() throws IOException {
        String cache = "type=registry,ref=" + OPEN.host() + "/cache/app:cache";
        JsonNode first = sandbox.build(insecure(), "--cache-to", cache + ",mode=max", context());
        JsonNode second = sandbox.withStore("second").build(insecure(), "--cache-from", cache, context());
        assertEquals(5, cached(second));
        assertEquals(first.get("digest"), second.get("digest"));
        assertEquals("[]", second.get("warnings").toString());
    }

    @Test
    public void steps_are_shared_within_the_image() throws IOException {
        String name = OPEN.host() + "/cache/inline:1";
        Path context = context();
        JsonNode first = sandbox.build(insecure(), "-t", name, "--push", "--cache-to", "type=inline", context);
        JsonNode second = sandbox.withStore("second").build(insecure(), "--cache-from", name, context);
        // Only the steps of the image itself travel with it; the other stage is carried out.
        assertEquals(4, cached(second));
        assertEquals("[]", second.get("warnings").toString());
        assertEquals(first.get("configDigest"), second.get("configDigest"));
    }

    @Test
    public void a_cache_that_is_not_there_costs_a_warning_and_no_more() throws IOException {
        JsonNode result = sandbox.build(insecure(), "--cache-from", "type=local,src=" + sandbox.path("none"), "--cache-from",
                "type=registry,ref=" + OPEN.host() + "/cache/none:1", context());
        assertEquals(2, result.get("warnings").size());
        sandbox.run("build", "--cache-from", "type=magic", context()).fails(2, "magic");
        sandbox.run("build", "--cache-to", "type=local", context()).fails(2, "dest");
    }
}
