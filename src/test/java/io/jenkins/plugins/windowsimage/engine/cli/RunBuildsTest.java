package io.jenkins.plugins.windowsimage.engine.cli;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.hasItem;
import static org.hamcrest.CoreMatchers.not;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.registry.DockerRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Whole builds with RUN, from the command line to the native calls, whose other side is simulated: layers, cache, stages, images. */
public class RunBuildsTest {
    @ClassRule
    public static final DockerRegistry REGISTRY = DockerRegistry.open();

    @Rule
    public final SimulatedMachine machine = new SimulatedMachine();

    @After
    public void nothing_is_left() throws IOException {
        assertEquals(List.of(), machine.leftovers());
    }

    private List<JsonNode> steps() throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        machine.result().get("steps").forEach(steps::add);
        return steps;
    }

    @Test
    public void stages_run_commands_and_take_what_others_made() throws IOException {
        OciTree image = machine.image("""
                FROM base AS tools
                RUN mkdir C:\\\\tools && write C:\\\\tools\\\\a.txt made
                FROM base
                COPY --from=tools C:/tools/a.txt C:/app/a.txt
                RUN append C:\\\\app\\\\a.txt more && write C:\\\\b.txt b
                """);
        Map<String, String> files = image.files();
        assertEquals("mademore", files.get("app/a.txt"));
        assertEquals("b", files.get("b.txt"));
        assertEquals("kept", files.get("data/kept"));
        assertFalse(files.toString(), files.containsKey("tools/a.txt"));
        assertEquals(2, machine.containersStarted());
        assertEquals(image.manifest().get("layers").size(), image.config().get("rootfs").get("diff_ids").size());
        assertEquals(4, image.manifest().get("layers").size());
    }

    @Test
    public void a_second_build_starts_no_container() throws IOException {
        String dockerfile = "FROM base AS a\nRUN write C:\\a x\nFROM base\nRUN write C:\\b y\nCOPY --from=a C:/a C:/c\n";
        OciTree first = machine.image(dockerfile, "--timestamp", "0");
        int started = machine.containersStarted();
        OciTree second = machine.image(dockerfile, "--timestamp", "0");
        assertEquals(started, machine.containersStarted());
        assertEquals(first.manifest(), second.manifest());
        assertTrue(steps().toString(), steps().stream().filter(step -> step.hasNonNull("layer")).allMatch(step -> step.get("cached").asBoolean()));
        machine.image(dockerfile, "--no-cache");
        assertEquals(2 * started, machine.containersStarted());
    }

    @Test
    public void what_a_command_sees_decides_about_the_cache() throws IOException {
        String dockerfile = "FROM base\nARG A\nRUN write C:\\a x\n";
        machine.image(dockerfile, "--build-arg", "A=1");
        machine.image(dockerfile, "--build-arg", "A=1");
        assertEquals(1, machine.containersStarted());
        machine.image(dockerfile, "--build-arg", "A=2");
        assertEquals(2, machine.containersStarted());
        machine.image(dockerfile, "--build-arg", "A=2", "--add-host", "db:10.0.0.9");
        assertEquals(3, machine.containersStarted());
        machine.image(dockerfile, "--build-arg", "A=2", "--build-arg", "HTTP_PROXY=http://other:1");
        assertEquals("a proxy changes nothing", 3, machine.containersStarted());
    }

    @Test
    public void a_build_without_commands_starts_no_container() throws IOException {
        machine.file("context/f", "text");
        machine.image("FROM base AS a\nCOPY f /\nFROM base\nRUN write C:\\b y\nCOPY --from=a /f /g\n");
        assertEquals(1, machine.containersStarted());
        machine.image("FROM base\nCOPY f /\nWORKDIR /w\nENV A=1\n", "--no-cache");
        assertEquals(1, machine.containersStarted());
    }

    @Test
    public void what_a_command_deletes_is_gone_for_later_steps() throws IOException {
        OciTree image = machine.image("""
                FROM base AS changed
                RUN delete C:\\\\data\\\\kept && setreg HKLM\\\\SOFTWARE\\\\Ours Name Value
                RUN delete C:\\\\Windows\\\\notepad.exe
                FROM changed AS user
                COPY --from=changed C:/data C:/copied/
                """);
        Map<String, String> files = image.files();
        assertFalse(files.containsKey("data/kept"));
        assertFalse(files.containsKey("Windows/notepad.exe"));
        assertTrue(image.entries(2).stream().anyMatch(entry -> entry.getName().equals("Files/data/.wh.kept")));
        assertTrue(image.entries(2).stream().anyMatch(entry -> entry.getName().startsWith("Hives/")));
        assertFalse(files.containsKey("copied/kept"));
        CommandLineRun missing = machine.build("FROM base AS a\nRUN delete C:\\data\\kept\nFROM base\nCOPY --from=a C:/data/kept C:/x\n");
        assertEquals(1, missing.code());
        assertThat(missing.err(), containsString("kept"));
    }

    @Test
    public void stages_that_do_not_need_each_other_run_at_once() throws IOException {
        // Each waits until both are there, which neither could see of the other if it came first.
        StringBuilder dockerfile = new StringBuilder();
        for (String name : List.of("a", "b", "c")) {
            dockerfile.append("FROM base AS " + name + "\nRUN print 70000 && write C:\\" + name + " " + name + "\n");
        }
        dockerfile.append("FROM base\n");
        for (String name : List.of("a", "b", "c")) {
            dockerfile.append("COPY --from=" + name + " C:/" + name + " C:/\n");
        }
        Map<String, String> files = machine.image(dockerfile.toString()).files();
        assertEquals("a", files.get("a"));
        assertEquals("b", files.get("b"));
        assertEquals("c", files.get("c"));
        assertEquals(3, machine.containersStarted());
    }

    @Test
    public void an_image_is_pushed_and_pulled_again() throws IOException {
        String name = REGISTRY.host() + "/team/app:1";
        CommandLineRun pushed = machine.build("FROM base\nRUN write C:\\a pushed\n", "-t", name, "--push", "--insecure-registry", REGISTRY.host());
        assertEquals(pushed.err(), 0, pushed.code());
        String digest = machine.result().get("digest").asText();
        SimulatedMachine second = machine.another("second");
        OciTree image = second.image("FROM " + name + "\nRUN append C:\\a again && type C:\\a\n", "--insecure-registry", REGISTRY.host());
        assertEquals("pushedagain", image.files().get("a"));
        assertThat(second.printed(), hasItem("pushedagain"));
        assertEquals(digest, second.result().at("/baseImages/0/digest").asText());
        assertEquals(List.of(), second.leftovers());
    }

    @Test
    public void prune_removes_unpacked_layers_that_no_image_needs() throws IOException {
        machine.image("FROM base\nRUN write C:\\a x\nRUN write C:\\b x\n", "-t", "kept:1");
        List<String> unpacked = machine.unpackedLayers();
        assertEquals(3, unpacked.size());
        assertThat(machine.run("prune", "--dry-run").out(), not(containsString("unpacked layer")));
        assertEquals(0, machine.run("prune").code());
        assertEquals(unpacked, machine.unpackedLayers());
        assertEquals(0, machine.run("rm", "kept:1").code());
        assertThat(machine.run("prune", "--dry-run").out(), containsString("Would remove unpacked layer " + unpacked.get(0)));
        assertEquals(unpacked, machine.unpackedLayers());
        assertThat(machine.run("prune").out(), containsString("Removed unpacked layer " + unpacked.get(0)));
        assertEquals(List.of(), machine.unpackedLayers());
        assertEquals("x", machine.image("FROM base\nRUN write C:\\a x\n").files().get("a"));
    }

    @Test
    public void a_look_that_goes_deep_runs_containers() throws IOException {
        String name = REGISTRY.host() + "/nanoserver:1";
        machine.build("FROM base\n", "-t", name, "--push", "--insecure-registry", REGISTRY.host());
        CommandLineRun run = machine.run("doctor", "--deep", "--image", name, "--insecure-registry", REGISTRY.host());
        assertThat(run.out(), containsString("container with process isolation: Microsoft Windows [Version 10.0.20348"));
        assertThat(run.out(), containsString("container with hyper-v isolation: Microsoft Windows [Version 10.0.20348"));
        assertEquals(2, machine.containersStarted());
    }
}
