package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** How the layers of stages are compressed that are part of no image, and what becomes of them when they are. */
public class StageLayersTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Sandbox store = sandbox;
    private Path context;

    @Before
    public void makeContext() throws IOException {
        context = sandbox.context("context", """
                FROM scratch AS start
                COPY f /f
                FROM start AS tools
                COPY f /g
                FROM start
                COPY --from=tools /g /h
                """, "f", "a text ".repeat(1000));
    }

    @Test
    public void only_layers_of_the_image_are_compressed() throws IOException {
        JsonNode whole = build();
        assertTrue(isCompressed(layer(whole, 2)));
        assertFalse(isCompressed(layer(whole, 4)));
        assertTrue(isCompressed(layer(whole, 6)));
        sandbox.ok("fsck");
    }

    @Test
    public void a_stage_that_was_copied_from_is_known_when_it_becomes_an_image_and_is_the_image_it_would_have_been() throws IOException {
        build();
        JsonNode tools = build("--target", "tools");
        assertEquals(List.of(true, true), cached(tools));
        assertTrue(isCompressed(layer(tools, 4)));
        store = sandbox.withStore("other");
        JsonNode direct = build("--target", "tools");
        assertEquals(List.of(false, false), cached(direct));
        assertEquals(direct.get("digest"), tools.get("digest"));
    }

    @Test
    public void a_stage_that_was_an_image_is_known_when_it_is_copied_from() throws IOException {
        JsonNode tools = build("--target", "tools");
        JsonNode whole = build();
        assertEquals(List.of(true, true, false), cached(whole));
        assertEquals(layer(tools, 4), layer(whole, 4));
    }

    @Test
    public void layers_are_compressed_where_the_cache_of_all_stages_is_exported() throws IOException {
        build();
        Path cache = sandbox.path("cache");
        JsonNode exported = build("--cache-to", "type=local,mode=max,dest=" + cache);
        assertEquals(List.of(true, true, true), cached(exported));
        assertTrue(isCompressed(layer(exported, 4)));
        store = sandbox.withStore("other");
        assertEquals(List.of(true, true, true), cached(build("--cache-from", "type=local,src=" + cache)));
    }

    @Test
    public void a_plain_layer_that_was_damaged_becomes_no_image() throws IOException {
        Path blob = blob(layer(build(), 4));
        byte[] content = Files.readAllBytes(blob);
        content[content.length / 2] ^= 1;
        Files.delete(blob);
        Files.write(blob, content);
        sandbox.run("build", "--target", "tools", "--timestamp", "0", Sandbox.baseContext(), context)
                .fails(1, "line 4", "damaged", "fsck --repair");
    }

    private JsonNode build(Object... options) throws IOException {
        return store.build(Stream.concat(Stream.of("--timestamp", "0", context), Stream.of(options)).toArray());
    }

    private static List<Boolean> cached(JsonNode result) {
        return result.get("steps").findValues("cached").stream().map(JsonNode::asBoolean).toList();
    }

    private static Digest layer(JsonNode result, int line) {
        for (JsonNode step : result.get("steps")) {
            if (step.get("line").asInt() == line) {
                return Digest.parse(step.get("layer").asText());
            }
        }
        throw new AssertionError("no step of line " + line + " in " + result);
    }

    private boolean isCompressed(Digest layer) throws IOException {
        try (InputStream content = Files.newInputStream(blob(layer))) {
            return content.read() == 0x1F && content.read() == 0x8B;
        }
    }

    private Path blob(Digest digest) throws IOException {
        try (Stream<Path> files = Files.walk(store.root())) {
            return files.filter(file -> file.endsWith(digest.hex())).findFirst().orElseThrow();
        }
    }
}
