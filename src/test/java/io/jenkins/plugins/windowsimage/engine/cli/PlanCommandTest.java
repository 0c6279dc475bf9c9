package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PlanCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private Path file(String name, String content) throws IOException {
        return Files.writeString(temporary.getRoot().toPath().resolve(name), content);
    }

    @Test
    public void the_image_is_evaluated_without_registry_context_or_store() throws IOException {
        Path bases = file("bases.json", "{\"acme.example/base:1\":{\"os\":\"windows\",\"architecture\":\"amd64\","
                + "\"config\":{\"WorkingDir\":\"C:\\\\base\"}}}");
        Path dockerfile = file("Dockerfile", "FROM acme.example/base:1\nCOPY x y/\nENV A=b\n");
        CommandLineRun run = CommandLineRun.ok(
                "plan", "--root", "/nonexistent/root", "--format", "json", "--base-config", bases, "-f", dockerfile);
        JsonNode plan = JSON.readTree(run.out());
        assertEquals("C:\\base", plan.at("/image/config/WorkingDir").asText());
        assertTrue(plan.get("error").isNull());
        assertEquals("C:\\base\\y\\", plan.at("/stages/0/steps/0/dest").asText());
    }

    @Test
    public void a_base_that_the_file_does_not_describe_is_named() throws IOException {
        CommandLineRun run = CommandLineRun.of("plan", "--format", "json", "--base-config", file("bases.json", "{}"),
                "-f", file("Dockerfile", "FROM acme.example/base:1\n"));
        assertEquals(2, run.code());
        assertTrue(run.out(), JSON.readTree(run.out()).at("/error/message").asText().contains("acme.example/base:1"));
    }

    @Test
    public void what_is_wrong_with_a_dockerfile_is_told_with_its_line_and_what_its_directives_say() throws IOException {
        CommandLineRun run = CommandLineRun.of("plan", "--format", "json", "-f", file("Dockerfile", "# escape=`\n\nRNU x\n"));
        assertEquals(2, run.code());
        JsonNode plan = JSON.readTree(run.out());
        assertEquals("`", plan.get("escape").asText());
        assertEquals("dockerfile-parse", plan.at("/error/kind").asText());
        assertEquals(3, plan.at("/error/line").asInt());
        assertTrue(plan.at("/error/message").asText(), plan.at("/error/message").asText().contains("unknown instruction: RNU"));
    }

    @Test
    public void a_missing_dockerfile_is_one_sentence_and_exit_code_2() {
        CommandLineRun run = CommandLineRun.of("plan", "-f", temporary.getRoot().toPath().resolve("none"));
        assertEquals(2, run.code());
        assertTrue(run.err(), run.err().startsWith("ERROR: the Dockerfile "));
    }
}
