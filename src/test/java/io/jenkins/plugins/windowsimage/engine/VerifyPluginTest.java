package io.jenkins.plugins.windowsimage.engine;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The script that builds and tests the Jenkins plugin, on a machine that has nothing of Jenkins. */
public class VerifyPluginTest {
    private static final Path SCRIPT = Path.of(System.getProperty("project.root")).resolve("cli/verify-plugin");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void what_cannot_be_had_is_said_loudly_and_is_no_failure() throws IOException, InterruptedException {
        assumeTrue("needs bash and Maven", Files.isExecutable(Path.of("/bin/bash")) && Files.isExecutable(Path.of("/usr/bin/mvn")));
        ProcessBuilder script = new ProcessBuilder(SCRIPT.toString()).redirectErrorStream(true);
        script.environment().put("PLUGIN_MAVEN_OPTIONS", "-o -Dmaven.repo.local=" + folder.getRoot());
        Process process = script.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(output, 0, process.waitFor());
        assertThat(output, containsString("*** NOT RUN: the Jenkins plugin (mvn verify): "));
        assertThat(output, containsString("Not compiled: the packages action, agent, config, freestyle and pipeline."));
        assertThat(output, containsString("could not be resolved"));
    }
}
