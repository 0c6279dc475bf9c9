package io.jenkins.plugins.windowsimage.engine.cli;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.hasItem;
import static org.hamcrest.CoreMatchers.hasItems;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** RUN --mount in whole builds; Windows is simulated. */
public class RunMountsTest {
    @Rule
    public final SimulatedMachine machine = new SimulatedMachine();

    @After
    public void nothing_is_left() throws IOException {
        assertEquals(List.of(), machine.leftovers());
    }

    @Test
    public void a_bind_mount_shows_the_context_and_keeps_nothing() throws IOException {
        machine.file("context/src/in.txt", "input");
        machine.file("context/ignored.txt", "x");
        machine.file("context/.dockerignore", "ignored.txt\n");
        OciTree image = machine.image("""
                FROM base
                RUN --mount=type=bind,target=C:/src type C:\\src\\src\\in.txt && write C:\\out.txt done
                RUN --mount=type=bind,source=src,target=C:/src,rw type C:\\src\\in.txt && write C:\\src\\in.txt changed
                RUN --mount=source=src/in.txt,target=C:/one.txt type C:\\one.txt
                """);
        assertEquals(List.of("input", "input", "input"), machine.printed());
        assertEquals("done", image.files().get("out.txt"));
        assertFalse(image.files().toString(), image.files().keySet().stream().anyMatch(file -> file.contains("in.txt")));
        assertEquals("input", Files.readString(machine.path("context/src/in.txt")));
        CommandLineRun ignored = machine.build("FROM base\nRUN --mount=target=C:/src require C:\\src\\ignored.txt\n");
        assertEquals(1, ignored.code());
        CommandLineRun readOnly = machine.build("FROM base\nRUN --mount=target=C:/src write C:\\src\\new x\n");
        assertEquals(5, machine.result().at("/error/exitCode").asInt());
        assertEquals(1, readOnly.code());
    }

    @Test
    public void a_changed_file_of_a_bind_mount_runs_the_command_again() throws IOException {
        machine.file("context/in.txt", "one");
        String dockerfile = "FROM base\nRUN --mount=target=C:/src type C:\\src\\in.txt\n";
        machine.image(dockerfile);
        machine.image(dockerfile);
        assertEquals(1, machine.containersStarted());
        machine.file("context/in.txt", "two");
        machine.image(dockerfile);
        assertEquals(List.of("two"), machine.printed());
    }

    @Test
    public void a_bind_mount_shows_another_stage() throws IOException {
        machine.image("""
                FROM base AS tools
                RUN mkdir C:\\\\tools\\\\bin && write C:\\\\tools\\\\bin\\\\x tool
                FROM base
                RUN --mount=from=tools,source=C:/tools,target=C:/t type C:\\\\t\\\\bin\\\\x
                """);
        assertThat(machine.printed(), hasItem("tool"));
    }

    @Test
    public void links_in_a_bind_mount_lead_nowhere_else() throws IOException {
        machine.file("context/d/in.txt", "input");
        machine.file("outside.txt", "outside");
        Files.createSymbolicLink(machine.path("context/d/good"), java.nio.file.Path.of("in.txt"));
        Files.createSymbolicLink(machine.path("context/d/up"), java.nio.file.Path.of("../d"));
        Files.createSymbolicLink(machine.path("context/d/bad"), machine.path("outside.txt"));
        machine.image("FROM base\nRUN --mount=source=d,target=C:/d type C:\\d\\good && type C:\\d\\up\\up\\in.txt\n");
        assertEquals("inputinput", String.join("", machine.printed()));
        assertEquals(1, machine.build("FROM base\nRUN --mount=source=d,target=C:/d require C:\\d\\bad\n").code());
        assertEquals(1, machine.build("FROM base\nRUN --mount=source=nowhere,target=C:/d echo x\n").code());
    }

    @Test
    public void a_cache_mount_keeps_its_files_for_the_next_build_and_out_of_layers() throws IOException {
        OciTree image = machine.image(
                "FROM base\nRUN --mount=type=cache,id=c,target=C:/cache write C:\\cache\\kept.txt stays && write C:\\a x\n");
        assertEquals("x", image.files().get("a"));
        assertFalse(image.files().toString(), image.files().keySet().stream().anyMatch(file -> file.contains("kept.txt")));
        machine.image("FROM base\nRUN --mount=type=cache,id=c,target=C:/elsewhere type C:\\elsewhere\\kept.txt\n");
        assertEquals(List.of("stays"), machine.printed());
        assertEquals(1, machine.build("FROM base\nRUN --mount=type=cache,id=other,target=C:/cache type C:\\cache\\kept.txt\n").code());
        machine.run("prune");
        assertEquals(1, machine.build("FROM base\nRUN --mount=type=cache,id=c,target=C:/third type C:\\third\\kept.txt\n").code());
    }

    @Test
    public void a_cache_mount_begins_with_what_a_stage_has() throws IOException {
        machine.image("FROM base AS seed\nRUN mkdir C:\\s && write C:\\s\\f seed\nFROM base\n"
                + "RUN --mount=type=cache,from=seed,source=C:/s,target=C:/c,sharing=locked type C:\\c\\f && append C:\\c\\f more\n"
                + "RUN --mount=type=cache,from=seed,source=C:/s,target=C:/c,sharing=private type C:\\c\\f\n");
        assertThat(machine.printed(), hasItems("seed", "seedmore"));
    }

    @Test
    public void a_tmpfs_mount_is_empty_and_goes_away() throws IOException {
        OciTree image = machine.image("FROM base\nRUN --mount=type=tmpfs,target=C:/t write C:\\t\\x y && type C:\\t\\x\n"
                + "RUN --mount=type=tmpfs,target=C:/t write C:\\a z && require C:\\a\n");
        assertFalse(image.files().containsKey("t/x"));
    }

    @Test
    public void a_secret_reaches_the_command_and_nothing_else() throws IOException {
        String secret = "pa55-w0rd-nobody-knows";
        machine.file("secrets/token", secret);
        OciTree image = machine.image("FROM base\nRUN --mount=type=secret,id=token require C:\\run\\secrets\\token\n"
                + "RUN --mount=type=secret,id=token,target=C:/my/token require C:\\my\\token\n"
                + "RUN --mount=type=secret,id=token,env=TOKEN echo x\n"
                + "RUN --mount=type=secret,id=optional echo y\n",
                "--secret", "id=token,src=" + machine.path("secrets/token"));
        assertEquals(List.of("secrets/token"), machine.filesWith(secret));
        for (int layer = 2; layer < image.manifest().get("layers").size(); layer++) {
            assertTrue(image.entries(layer).stream().noneMatch(entry -> entry.getName().contains("token")));
        }
        List<String> documents = machine.windows.documents().stream().filter(document -> document.contains(secret)).toList();
        assertEquals(1, documents.size());
        assertThat(documents.get(0), containsString("\"TOKEN\":\"" + secret + "\""));
        assertThat(documents.get(0), containsString("\"CommandLine\":\"cmd /S /C echo x\""));
    }

    @Test
    public void a_secret_that_a_command_prints_is_masked_in_log_events_and_result() throws IOException {
        machine.file("token", "pa55-w0rd-nobody-knows\n");
        CommandLineRun failed = machine.build(
                "FROM base\nRUN --mount=type=secret,id=token,target=C:/token echo before && type C:\\token && exit 3\n",
                "--secret", "id=token,src=" + machine.path("token"));
        assertEquals(1, failed.code());
        assertThat(failed.out() + failed.err(), containsString("****"));
        assertThat(machine.result().at("/error/output").toString(), containsString("****"));
        assertEquals(List.of("before", "****"), machine.printed());
        assertEquals(List.of("token"), machine.filesWith("pa55-w0rd-nobody-knows"));
    }

    @Test
    public void another_secret_is_no_reason_to_run_again_but_a_missing_one_is_to_stop() throws IOException {
        machine.file("a", "one-secret");
        machine.file("b", "two-secret");
        String dockerfile = "FROM base\nRUN --mount=type=secret,id=s,required=true type C:\\run\\secrets\\s && write C:\\a x\n";
        machine.image(dockerfile, "--secret", "id=s,src=" + machine.path("a"));
        assertEquals(List.of("****"), machine.printed());
        machine.image(dockerfile, "--secret", "id=s,src=" + machine.path("b"));
        assertEquals(1, machine.containersStarted());
        CommandLineRun missing = machine.build(dockerfile, "--no-cache");
        assertThat(missing.err(), containsString("the secret \"s\" that RUN requires was not given"));
        assertEquals(2, machine.result().at("/error/line").asInt());
    }
}
