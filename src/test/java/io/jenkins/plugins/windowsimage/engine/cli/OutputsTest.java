package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** Images as files. */
public class OutputsTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path context() throws IOException {
        return sandbox.context("c", "FROM base\nCOPY f /\n", "f", "text");
    }

    @Test
    public void others_read_layouts_and_archives() throws Exception {
        Path directory = sandbox.path("out/layout");
        Path tar = sandbox.path("out/layout.tar");
        Path docker = sandbox.path("out/docker.tar");
        JsonNode result = sandbox.build("-t", "app:1", "-o", "type=oci,dest=" + directory, "-o", "type=oci,dest=" + tar,
                "-o", "type=docker,dest=" + docker, context());
        assertEquals(result.get("digest").asText(), OciTree.sha256(Skopeo.manifest("oci:" + directory + ":1")));
        assertEquals(result.get("digest").asText(), OciTree.sha256(Skopeo.manifest("oci-archive:" + tar + ":1")));
        assertEquals(result.get("configDigest").asText(),
                Sandbox.json(Skopeo.manifest("docker-archive:" + docker + ":docker.io/library/app:1")).get("config").get("digest").asText());
        for (String image : List.of("oci:" + directory + ":1", "oci-archive:" + tar + ":1", "docker-archive:" + docker)) {
            assertEquals("windows", Skopeo.config(image).get("os").asText());
            Path copy = Files.createTempDirectory(sandbox.path("."), "copy");
            Skopeo.copy(image, copy);
        }
        sandbox.ok("fsck");
    }

    @Test
    public void a_layout_that_is_there_gets_another_image() throws IOException {
        Path layout = sandbox.path("layout");
        sandbox.build("-t", "app:1", "-o", layout, context());
        sandbox.build("-t", "app:2", "-o", layout, sandbox.context("d", "FROM base\nCOPY f /\n", "f", "other"));
        JsonNode index = Sandbox.json(layout.resolve("index.json"));
        assertEquals(2, index.get("manifests").size());
        // The same name again takes the place of the earlier image.
        sandbox.build("-t", "app:2", "-o", layout, sandbox.context("d", "FROM base\nCOPY f /\n", "f", "third"));
        assertEquals(2, Sandbox.json(layout.resolve("index.json")).get("manifests").size());
    }

    @Test
    public void a_destination_that_cannot_be_written_is_named_and_left_alone() throws IOException {
        Path file = sandbox.file("file", "mine");
        sandbox.run("build", Sandbox.baseContext(), "-o", "type=oci,dest=" + file.resolve("layout"), context()).fails(1, file.toString());
        sandbox.run("build", Sandbox.baseContext(), "-o", "type=docker,dest=" + file.resolve("x.tar"), context()).fails(1, file.toString());
        sandbox.run("build", Sandbox.baseContext(), "-o", "type=oci,tar=true,dest=/proc/none/x.tar", context()).fails(1, "/proc/none");
        assertEquals("mine", Files.readString(file));
        Path foreign = sandbox.file("foreign/precious.txt", "mine").getParent();
        sandbox.run("build", Sandbox.baseContext(), "-o", "type=oci,dest=" + foreign, context()).fails(2, foreign.toString());
        assertEquals(List.of("precious.txt"), Sandbox.list(foreign));
        assertEquals("mine", Files.readString(foreign.resolve("precious.txt")));
        assertFalse(Sandbox.list(sandbox.path(".")).stream().anyMatch(name -> name.endsWith(".tmp")));
    }

    @Test
    public void unknown_outputs_are_refused() throws IOException {
        sandbox.run("build", "-o", "type=magic,dest=x", context()).fails(2, "magic", "oci");
        sandbox.run("build", "-o", "type=oci", context()).fails(2, "dest");
        sandbox.run("build", "-o", "type=registry", context()).fails(2, "-t");
        sandbox.run("build", "--push", context()).fails(2, "-t");
    }

    @Test
    public void an_archive_without_a_name_can_be_read_too() throws Exception {
        Path docker = sandbox.path("docker.tar");
        JsonNode result = sandbox.build("-o", "type=docker,dest=" + docker, context());
        assertEquals("windows", Skopeo.config("docker-archive:" + docker).get("os").asText());
        assertTrue(result.get("tags").isEmpty());
    }
}
