package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Stages and what they start from and copy from. */
public class StagesTest {
    @ClassRule
    public static final DockerRegistry OPEN = DockerRegistry.open();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    private static String insecure() {
        return "--insecure-registry=" + OPEN.host();
    }

    private static List<String> lines(JsonNode result) {
        return result.get("steps").findValues("line").stream().map(JsonNode::asText).toList();
    }

    @Test
    public void files_travel_between_stages_by_name_and_number() throws IOException {
        Map<String, String> files = sandbox.tree(sandbox.context("c",
                        "FROM scratch AS one\nCOPY f /one/\nFROM scratch\nCOPY f /two/g\nFROM base\n"
                                + "COPY --from=one /one/f C:/first\nCOPY --from=1 /two C:/second/\nCOPY --from=ONE one/f D/\n",
                        "f", "text"))
                .files();
        assertEquals("text", files.get("first"));
        assertEquals("text", files.get("second/g"));
        assertEquals("text", files.get("D/f"));
        assertTrue(files.containsKey("Windows/System32/"));
    }

    @Test
    public void a_stage_continues_another_with_its_files_and_settings() throws IOException {
        OciTree image = sandbox.tree(sandbox.context("c",
                "FROM base AS one\nENV A=1\nWORKDIR /w\nCOPY f .\nFROM one AS two\nENV B=${A}2\nCOPY f g\n", "f", "text"));
        assertEquals("text", image.files().get("w/f"));
        assertEquals("text", image.files().get("w/g"));
        assertTrue(image.config().toString(), image.config().get("config").get("Env").toString().contains("B=12"));
    }

    @Test
    public void files_and_directories_together_go_into_a_directory_that_an_earlier_step_made() throws IOException {
        Path context = sandbox.context("c", "FROM base\nWORKDIR /app\nCOPY f d /app\nCOPY [d-f] /app\n", "f", "one", "d/g", "two");
        Map<String, String> files = sandbox.tree(context).files();
        assertEquals("one", files.get("app/f"));
        assertEquals("two", files.get("app/g"));
    }

    @Test
    public void a_working_directory_follows_links_and_is_refused_where_a_file_is() throws IOException {
        Path context = sandbox.context("c", "FROM base\nCOPY real /real\nCOPY links /\nWORKDIR /way/in\n", "real/f", "text");
        Files.createSymbolicLink(Files.createDirectory(context.resolve("links")).resolve("way"), Path.of("real"));
        Map<String, String> files = sandbox.tree(context).files();
        assertEquals("-> real", files.get("way"));
        assertEquals("dir", files.get("real/in/"));
        assertFalse(files.containsKey("way/in/"));
        sandbox.run("build", sandbox.context("f", "FROM scratch\nCOPY f /\nWORKDIR /f/sub\n", "f", "x"))
                .fails(1, "line 3", "cannot make the directory C:\\f\\sub: C:\\f is a file in the image");
        sandbox.run("build", sandbox.context("g", "FROM scratch\nCOPY f /\nWORKDIR /f\n", "f", "x"))
                .fails(1, "line 3", "cannot make the directory C:\\f: it is a file in the image");
    }

    @Test
    public void the_base_of_the_image_itself_is_told_before_those_of_other_stages() throws IOException {
        Path sdk = sandbox.path("sdk");
        sandbox.build("--output", "type=oci,dest=" + sdk, sandbox.context("s", "FROM base\nCOPY f /\n", "f", "text"));
        JsonNode result = sandbox.build("--build-context=a-sdk=oci-layout://" + sdk, sandbox.context("c",
                "FROM a-sdk AS one\nFROM base\nCOPY --from=one /f /\n"));
        assertEquals(2, result.get("baseImages").size());
        assertEquals(
                Sandbox.json(Sandbox.base().resolve("index.json")).at("/manifests/0/digest"), result.at("/baseImages/0/digest"));
    }

    @Test
    public void only_the_stages_that_are_needed_are_built() throws IOException {
        Path context = sandbox.context("c",
                "FROM registry.invalid/nobody AS unused\nCOPY f .\nFROM scratch AS one\nCOPY f /one\nFROM scratch AS two\nCOPY f /two\n"
                        + "FROM scratch\nCOPY --from=one / /\n",
                "f", "text");
        assertEquals(List.of("4", "8"), lines(sandbox.build(context)));
        assertEquals(List.of("6"), lines(sandbox.build("--target", "two", context)));
        assertEquals(List.of("6"), lines(sandbox.build("--target", "2", context)));
        assertEquals(Map.of("two", "text"), sandbox.tree("--target=two", context).files());
        sandbox.run("build", "--target", "three", context).fails(2, "three");
    }

    @Test
    public void independent_stages_run_at_the_same_time() throws IOException {
        // Each stage has to be started before the other is finished; so many steps take longer than a thread needs to start.
        StringBuilder steps = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            steps.append("COPY f /d").append(i).append("/\n");
        }
        Path context = sandbox.context("c",
                "FROM scratch AS one\n" + steps + "FROM scratch AS two\n" + steps.toString().replace("/d", "/e")
                        + "FROM scratch\nCOPY --from=one / /\nCOPY --from=two / /\n",
                "f", "text");
        Path events = sandbox.path("events");
        sandbox.build("--progress-file", events, context);
        List<String> stages = Files.readAllLines(events).stream().filter(line -> line.contains("\"stage-")).toList();
        assertTrue(stages.toString(), stages.get(0).contains("stage-started") && stages.get(1).contains("stage-started"));
    }

    @Test
    public void images_are_copied_from_and_continued() throws IOException {
        String name = OPEN.host() + "/stages/tools:1";
        sandbox.build("-t", name, "--push", insecure(), sandbox.context("t", "FROM base\nENV T=1\nCOPY f /tools/\n", "f", "tool"));
        OciTree image = sandbox.withStore("other").tree(insecure(),
                sandbox.context("c", "FROM " + name + "\nCOPY --from=" + name + " /tools/f /copied\n"));
        assertEquals("tool", image.files().get("copied"));
        assertEquals("tool", image.files().get("tools/f"));
        assertTrue(image.config().get("config").get("Env").toString().contains("T=1"));
    }

    @Test
    public void named_contexts_are_directories_images_and_layouts() throws IOException {
        String name = OPEN.host() + "/stages/named:1";
        sandbox.build("-t", name, "--push", insecure(), sandbox.context("t", "FROM base\nCOPY f /tools/\n", "f", "tool"));
        sandbox.file("more/sub/x", "from a directory");
        Map<String, String> files = sandbox.withStore("other").tree(insecure(), "--build-context", "dir=" + sandbox.path("more"),
                        "--build-context", "img=docker-image://" + name,
                        sandbox.context("c", "FROM base\nCOPY --from=dir sub/ /a/\nCOPY --from=img /tools/ /b/\n"
                                + "COPY --from=base /License.txt /c/\n"))
                .files();
        assertEquals("from a directory", files.get("a/x"));
        assertEquals("tool", files.get("b/f"));
        assertTrue(files.containsKey("c/License.txt"));
    }

    @Test
    public void a_named_context_replaces_what_from_names() throws IOException {
        String name = OPEN.host() + "/stages/replacement:1";
        sandbox.build("-t", name, "--push", insecure(), sandbox.context("t", "FROM base\nENV R=1\n"));
        Path context = sandbox.context("c", "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS b\nENV A=b\n");
        OciTree image = sandbox.tree(insecure(),
                "--build-context=mcr.microsoft.com/windows/nanoserver:ltsc2022=docker-image://" + name, context);
        assertTrue(image.config().get("config").get("Env").toString().contains("R=1"));
        // A context also takes the place of a stage of its name.
        Path stages = sandbox.context("d", "FROM registry.invalid/x AS first\nCOPY nothing /\nFROM base\nCOPY --from=first f /\n");
        sandbox.file("instead/f", "instead");
        assertEquals("instead", sandbox.tree("--build-context=first=" + sandbox.path("instead"), stages).files().get("f"));
    }

    @Test
    public void a_layout_is_named_with_tag_or_digest() throws IOException {
        Path context = sandbox.context("c", "FROM other\nENV A=b\n");
        for (String suffix : List.of("", ":ltsc2022", "@sha256:ea0e8e7062523cad8976daf4849083cb0a7bf894573f9d99968bf3966b6da111")) {
            assertEquals(Sandbox.BASE_VERSION,
                    sandbox.build("--build-context=other=oci-layout://" + Sandbox.base() + suffix, context).get("osVersion").asText());
        }
        sandbox.run("build", "--build-context=other=oci-layout://" + Sandbox.base() + ":none", context).fails(2, "none", "ltsc2022");
        sandbox.run("build", "--build-context=other=oci-layout://" + sandbox.path("nowhere"), context).fails(2, "nowhere");
        sandbox.run("build", "--build-context=other=" + sandbox.path("nowhere"),
                sandbox.context("d", "FROM base\nCOPY --from=other f /\n"), Sandbox.baseContext()).fails(2, "other", "nowhere");
    }

    @Test
    public void scratch_makes_images_that_only_carry_data() throws IOException {
        OciTree image = sandbox.tree("--os-version", "10.0.26100.1", sandbox.context("c", "FROM scratch\nCOPY f /\n", "f", "text"));
        assertEquals(Map.of("f", "text"), image.files());
        assertEquals("windows", image.config().get("os").asText());
        assertEquals("10.0.26100.1", image.config().get("os.version").asText());
        assertEquals(1, image.manifest().get("layers").size());
    }

    @Test
    public void triggers_of_a_base_image_run_in_the_image_that_starts_from_it() throws IOException {
        String name = OPEN.host() + "/stages/trigger:1";
        sandbox.build("-t", name, "--push", insecure(),
                sandbox.context("t", "FROM base\nONBUILD COPY f /triggered\nONBUILD ENV O=1\nONBUILD WORKDIR /trig\n"));
        OciTree image = sandbox.withStore("other").tree(insecure(), sandbox.context("c", "FROM " + name + "\nCOPY f g\n", "f", "text"));
        assertEquals("text", image.files().get("triggered"));
        assertEquals("text", image.files().get("trig/g"));
        assertTrue(image.config().get("config").get("Env").toString().contains("O=1"));
        assertFalse(image.config().toString(), image.config().get("config").has("OnBuild"));
    }

    @Test
    public void an_instruction_without_files_makes_no_layer_but_history() throws IOException {
        OciTree image = sandbox.tree(sandbox.context("c",
                "FROM base\nENV A=b\nLABEL x=y\nEXPOSE 80\nVOLUME C:/data\nUSER ContainerAdministrator\nHEALTHCHECK --interval=30s CMD x\n"
                        + "SHELL [\"powershell\",\"-Command\"]\nSTOPSIGNAL 15\nCMD y\nMAINTAINER me\n"));
        JsonNode config = image.config();
        assertEquals(3, image.manifest().get("layers").size());
        assertEquals(30_000_000_000L, config.get("config").get("Healthcheck").get("Interval").asLong());
        assertEquals("[\"powershell\",\"-Command\"]", config.get("config").get("Shell").toString());
        assertEquals("me", config.get("author").asText());
        assertTrue(config.get("config").get("ArgsEscaped").asBoolean());
        long layers = 0;
        for (JsonNode entry : config.get("history")) {
            layers += entry.path("empty_layer").asBoolean() ? 0 : 1;
        }
        assertEquals(config.get("rootfs").get("diff_ids").size(), layers);
    }

    @Test
    public void a_working_directory_of_a_user_that_only_windows_knows_has_the_usual_owner() throws IOException {
        for (String user : List.of("app", "NT AUTHORITY\\\\NetworkService")) {
            Path context = sandbox.context("c", "FROM base\nUSER " + user + "\nWORKDIR C:/made\n");
            CommandLineRun run = sandbox.ok("build", "--no-cache", Sandbox.baseContext(), context);
            assertTrue(run.out(), run.out().contains("WorkdirOwnerUnknown"));
        }
    }

    @Test
    public void the_result_states_the_platform_of_the_image() throws IOException {
        Path base = sandbox.context("b", "FROM scratch\nCOPY f /\n", "f", "x");
        sandbox.build("-t", "arm:1", "--platform", "windows/arm64", "--os-version", "10.0.26100.5", base);
        JsonNode result = sandbox.build(sandbox.context("c", "FROM --platform=windows/arm64 arm:1\nENV A=b\n"));
        assertEquals("windows/arm64", result.get("platform").asText());
        assertEquals("10.0.26100.5", result.get("osVersion").asText());
    }
}
