package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.windowsimage.engine.registry.FaultyRegistry;
import io.jenkins.plugins.windowsimage.engine.registry.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** RUN on a machine that cannot do it. */
public class RefusedRunTest {
    @Rule
    public final FaultyRegistry registry = new FaultyRegistry();

    @Rule
    public final Sandbox sandbox = new Sandbox();

    @Before
    public void offWindows() {
        assumeFalse("this machine may be able to RUN", System.getProperty("os.name").startsWith("Windows"));
        registry.serve("1", TestImage.random(1, 1000));
    }

    private CommandLineRun build(Object context, Object... more) {
        Object[] all = new Object[more.length + 4];
        all[0] = "--insecure-registry=" + registry.host();
        all[1] = "--metadata-file=" + sandbox.path("result.json");
        all[2] = Sandbox.baseContext();
        System.arraycopy(more, 0, all, 3, more.length);
        all[all.length - 1] = context;
        return sandbox.run("build", all);
    }

    @Test
    public void run_is_refused_before_anything_is_pulled() throws IOException {
        Path context = sandbox.context("c", "FROM " + registry.host() + "/base:1\nENV A=b\nRUN echo hello\nRUN echo again\n");
        build(context).fails(4, "line 3", "RUN echo hello", "Windows", "doctor");
        assertEquals(0, registry.requests().size());
        JsonNode result = Sandbox.json(sandbox.path("result.json"));
        assertEquals("failure", result.get("result").asText());
        assertEquals("host-not-ready", result.get("error").get("kind").asText());
        assertEquals(3, result.get("error").get("line").asInt());
        assertTrue(result.get("error").get("hint").asText().contains("Windows"));
    }

    @Test
    public void run_in_a_stage_that_is_needed_is_refused_too_and_in_another_is_not() throws IOException {
        Path context = sandbox.context("c", "FROM base AS a\nRUN x\nFROM base AS b\nENV A=b\nFROM base AS c\nCOPY --from=a /License.txt /\n");
        build(context).fails(4, "line 2");
        build(context, "--target", "a").fails(4, "line 2");
        assertEquals(0, build(context, "--target", "b").code());
    }

    @Test
    public void run_that_arrives_through_a_trigger_is_refused() throws IOException {
        String name = "trigger:1";
        sandbox.build("-t", name, sandbox.context("t", "FROM base\nONBUILD COPY f /\nONBUILD RUN echo triggered\n"));
        CommandLineRun run = build(sandbox.context("c", "# comment\nFROM " + name + "\nCOPY g /\n"));
        run.fails(4, "line 2", "RUN echo triggered");
        // Nothing was done, not even the copy of a file that is not there.
        assertTrue(run.err(), !run.err().contains("not found"));
    }

    @Test
    public void a_heredoc_is_named_by_its_first_line() throws IOException {
        build(sandbox.context("c", "FROM base\nRUN <<EOF\necho 1\necho 2\nEOF\n")).fails(4, "line 2");
    }
}
