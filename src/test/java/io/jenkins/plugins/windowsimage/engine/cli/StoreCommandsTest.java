package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;

/** What looks at the store and cleans it up. */
public class StoreCommandsTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    private JsonNode build(String name, String content) throws IOException {
        return sandbox.build("-t", name, sandbox.context("c", "FROM base\nENV A=b\nCOPY f /\n", "f", content));
    }

    @Test
    public void images_are_listed_inspected_and_told_the_history_of() throws IOException {
        JsonNode result = build("app:1", "one");
        JsonNode rows = Sandbox.json(sandbox.ok("images", "--format", "json").out());
        assertEquals("docker.io/library/app:1", rows.get(0).get("name").asText());
        assertEquals(result.get("digest"), rows.get(0).get("digest"));
        assertEquals(result.get("buildId"), rows.get(0).get("buildId"));
        String images = sandbox.ok("images").out();
        assertTrue(images, images.contains("app:1") && images.matches("(?s).* \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\R"));
        for (String name : new String[] {"app:1", result.get("buildId").asText(), result.get("digest").asText()}) {
            JsonNode inspected = Sandbox.json(sandbox.ok("inspect", name).out());
            assertEquals(result.get("digest"), inspected.get("digest"));
            assertEquals("windows", inspected.get("images").get(0).get("config").get("os").asText());
            assertEquals(4, inspected.get("images").get(0).get("layers").size());
        }
        assertEquals(result.get("digest").asText(), OciTree.sha256(sandbox.ok("inspect", "--raw", "app:1").out().getBytes()));
        JsonNode history = Sandbox.json(sandbox.ok("history", "--format", "json", "app:1").out());
        assertTrue(history.get(0).get("createdBy").asText().startsWith("COPY f /"));
        assertEquals(result.get("layers").get(3).get("digest"), history.get(0).get("layer"));
        assertTrue(sandbox.ok("history", "app:1").out().contains("ENV A=b"));
    }

    @Test
    public void names_are_removed_and_what_they_held_goes_with_the_next_prune() throws IOException {
        build("app:1", "one");
        JsonNode second = build("app:2", "two");
        String layer = second.get("layers").get(3).get("digest").asText().substring("sha256:".length());
        sandbox.ok("rm", "app:2");
        assertFalse(sandbox.ok("images").out().contains("app:2"));
        String said = sandbox.ok("prune", "--dry-run").out();
        assertTrue(said, said.contains(layer.substring(0, 12)));
        assertTrue(Sandbox.list(sandbox.root()).stream().anyMatch(file -> file.contains(layer)));
        sandbox.ok("prune");
        assertFalse(Sandbox.list(sandbox.root()).stream().anyMatch(file -> file.contains(layer)));
        sandbox.ok("fsck");
        assertEquals("docker.io/library/app:1", Sandbox.json(sandbox.ok("images", "--format", "json").out()).get(0).get("name").asText());
        sandbox.run("rm", "app:2").fails(2, "app:2");
        sandbox.run("rm").fails(2, "IMAGE");
    }

    @Test
    public void prune_by_age_and_size_keeps_what_is_young_and_what_fits() throws IOException {
        build("app:1", "one");
        sandbox.ok("rm", "app:1");
        assertTrue(sandbox.ok("prune", "--older-than", "1h").out().contains("Freed 0 B"));
        assertTrue(sandbox.ok("prune", "--keep-storage", "1g").out().contains("Freed 0 B"));
        assertFalse(sandbox.ok("prune").out().contains("Freed 0 B"));
        build("app:2", "two");
        sandbox.ok("prune", "--all");
        assertEquals(0, Sandbox.json(sandbox.ok("images", "--format", "json").out()).size());
        sandbox.run("prune", "--older-than", "soon").fails(2, "soon");
        sandbox.run("prune", "--keep-storage", "much").fails(2, "much");
    }

    @Test
    public void a_damaged_blob_is_found_and_put_aside_and_made_again() throws IOException {
        JsonNode result = build("app:1", "one");
        String layer = result.get("layers").get(3).get("digest").asText().substring("sha256:".length());
        Path blob = sandbox.root().resolve(Sandbox.list(sandbox.root()).stream()
                .filter(file -> file.endsWith(layer)).findFirst().orElseThrow());
        assertTrue(blob.toFile().setWritable(true));
        byte[] content = Files.readAllBytes(blob);
        content[content.length / 2] ^= 1;
        Files.write(blob, content);
        CommandLineRun check = sandbox.run("fsck");
        assertEquals(check.out(), 1, check.code());
        assertTrue(check.out(), check.out().contains(layer.substring(0, 12)));
        sandbox.run("fsck", "--repair");
        // The step is carried out again rather than taken from the cache.
        assertFalse(build("app:1", "one").get("layers").get(3).get("cached").asBoolean());
        sandbox.ok("fsck");
    }

    @Test
    public void an_empty_store_is_no_error() throws IOException {
        assertEquals(0, Sandbox.json(sandbox.ok("images", "--format", "json").out()).size());
        sandbox.ok("prune");
        sandbox.ok("fsck");
        JsonNode doctor = Sandbox.json(sandbox.ok("doctor", "--format", "json").out());
        assertTrue(doctor.get("builds").asBoolean());
        assertFalse(sandbox.ok("doctor").out().isEmpty());
    }

    @Test
    public void of_several_names_all_are_removed_or_none() throws IOException {
        build("app:1", "one");
        build("app:2", "two");
        sandbox.run("rm", "app:1", "nothing:1", "app:2").fails(2, "nothing:1", "nothing was removed");
        assertTrue(sandbox.ok("images").out().contains("app:1"));
        assertEquals(2, sandbox.ok("rm", "app:1", "app:2", "app:1").lines().size());
    }
}
