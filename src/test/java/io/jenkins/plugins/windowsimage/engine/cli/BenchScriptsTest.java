package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** That the scripts of docs/performance.md work, with little data; how fast something is says no test. */
public class BenchScriptsTest {
    @Rule
    public final Sandbox sandbox = new Sandbox();

    private Path command;
    private String work;

    @Before
    public void makeCommand() throws IOException {
        for (String tool : List.of("/usr/bin/python3", "/usr/bin/docker-registry")) {
            assumeTrue(tool + " is not installed", Files.isExecutable(Path.of(tool)));
        }
        command = sandbox.file("windows-image", "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 $WINDOWS_IMAGE_JAVA_OPTS -cp '" + System.getProperty("java.class.path") + "' "
                + Main.class.getName() + " \"$@\"\n");
        assertTrue(command.toFile().setExecutable(true));
        work = Files.createDirectory(sandbox.path("work")).toString();
    }

    /** Runs a script and returns the lines that it prints. */
    private List<String> run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("/usr/bin/python3", "-B",
                Sandbox.project().resolve("cli/bench").resolve(script).toString(), "--command", command.toString()));
        words.addAll(List.of(arguments));
        Path errors = sandbox.path("errors");
        Process process = new ProcessBuilder(words).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(output + Files.readString(errors), 0, process.waitFor());
        return output.lines().toList();
    }

    private static List<String> table(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("|")).toList();
    }

    @Test
    public void compare_measures_ours_and_its_peers_in_one_table() throws Exception {
        List<String> rows = table(run("compare", "--work", work, "--small", "--runs", "1", "--without", "buildah", "--without", "podman",
                "--without", "jib-core", "b-changed", "push"));
        for (String start : List.of("| Case ", "| B, one file changed ", "| push to an empty registry ", "| push again ")) {
            assertEquals(start, 1, rows.stream().filter(row -> row.startsWith(start)).count());
        }
        assertTrue(rows.toString(), rows.stream().anyMatch(row -> row.startsWith("| push again ") && row.matches(".*the registry read [0-9]\\..*")));
    }

    @Test
    public void large_builds_big_and_many_files() throws Exception {
        List<String> rows = table(run("large", "--work", work, "--bytes", "5000000", "--files", "500", "--entries", "2000"));
        assertTrue(rows.toString(), rows.get(2).startsWith("| one file of 5 MB "));
        assertEquals(6, rows.size());
    }

    @Test
    public void profile_says_where_the_time_of_a_command_went() throws Exception {
        List<String> lines = run("profile", "plan", "-f", sandbox.file("Dockerfile", "FROM scratch\nCOPY a /a\n").toString());
        assertTrue(lines.toString(), lines.contains("CPU-s   thread") && lines.contains("share   method"));
        assertTrue(lines.toString(), lines.stream().anyMatch(line -> line.matches(" *[0-9.]+% +[a-z]+\\..+")));
    }
}
