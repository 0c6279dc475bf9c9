package io.jenkins.plugins.windowsimage.engine.cli;

import static org.hamcrest.CoreMatchers.containsString;
import static org.hamcrest.CoreMatchers.hasItem;
import static org.hamcrest.CoreMatchers.not;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** Whole builds whose commands fail, hang or are cancelled; Windows is simulated. */
public class RunFailuresTest {
    @Rule
    public final SimulatedMachine machine = new SimulatedMachine();

    @After
    public void nothing_is_left() throws IOException {
        assertEquals(List.of(), machine.leftovers());
    }

    @Test
    public void a_failing_command_is_reported_with_its_last_lines() throws IOException {
        String echoes = String.join(" && ", IntStream.rangeClosed(1, 25).mapToObj(i -> "echo line " + i).toList());
        CommandLineRun run = machine.build("FROM base\nENV A=1\n\nRUN " + echoes + " && exit 42\n", "-t", "failed:1");
        assertEquals(1, run.code());
        JsonNode error = machine.result().get("error");
        assertEquals("run-step-failed", error.get("kind").asText());
        assertEquals(4, error.get("line").asInt());
        assertEquals(42, error.get("exitCode").asInt());
        List<String> last = new ArrayList<>();
        error.get("output").forEach(line -> last.add(line.asText()));
        assertEquals(20, last.size());
        assertThat(last, hasItem("line 25"));
        assertThat(last, not(hasItem("line 5")));
        assertThat(run.err(), containsString("exit code 42"));
        assertThat(run.err(), containsString("line 4"));
        assertEquals("failure", machine.result().get("result").asText());
        assertFalse(machine.result().has("digest"));
        assertThat(machine.run("images").out(), not(containsString("failed")));
    }

    @Test
    public void a_failing_stage_ends_the_others() throws IOException {
        CommandLineRun run = machine.build("FROM base AS a\nRUN wait\nFROM base AS b\nRUN exit 3\nFROM base\n"
                + "COPY --from=a / /a\nCOPY --from=b / /b\n");
        assertEquals(1, run.code());
        assertEquals(4, machine.result().at("/error/line").asInt());
        assertEquals(3, machine.result().at("/error/exitCode").asInt());
    }

    @Test
    public void much_output_on_both_streams_arrives() throws IOException {
        machine.image("FROM base\nRUN print 500000\n");
        assertEquals(1_000_000, machine.printed().stream().mapToInt(String::length).sum());
    }

    @Test
    public void a_child_that_outlives_its_command_does_not_hold_the_build() throws IOException {
        assertEquals("x", machine.image("FROM base\nRUN write C:\\a x && linger\nRUN echo next\n").files().get("a"));
        assertThat(machine.printed(), hasItem("next"));
    }

    @Test
    public void a_cancelled_build_ends_and_says_so() throws IOException {
        // Read for the second time when what the command printed has been taken, so it runs by then.
        machine.windows.faults().runAt("Kernel32.ReadFile", 3, machine::cancelSoon);
        CommandLineRun run = machine.build("FROM base\nRUN write C:\\a x && echo started && wait\n", "-t", "cancelled:1");
        assertEquals(130, run.code());
        assertEquals(List.of("started"), machine.printed());
        assertEquals("cancelled", machine.result().get("result").asText());
        assertThat(machine.run("images").out(), not(containsString("cancelled")));
    }

    @Test
    public void a_command_that_takes_too_long_fails() throws IOException {
        CommandLineRun run = machine.build("FROM base\nRUN wait\n", "--timeout", "1s");
        assertEquals(1, run.code());
        assertThat(run.err(), containsString("was killed"));
        assertEquals(2, machine.result().at("/error/line").asInt());
    }

    @Test
    public void a_machine_without_the_service_refuses_before_anything_is_done() throws IOException {
        machine.windows.build(14393);
        CommandLineRun run = machine.build("FROM base\nRUN echo x\n");
        assertEquals(4, run.code());
        assertThat(run.err(), containsString("line 2 (RUN echo x) cannot be carried out here"));
        assertFalse(machine.windows.faults().called(call -> call.startsWith("VmCompute") || call.startsWith("ComputeCore")));
    }
}
