package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

    @Test
    public void a_dockerfile_comes_from_standard_input() throws IOException {
        byte[] text = "FROM scratch\nENV A=b\n".getBytes(StandardCharsets.UTF_8);
        for (Object[] words : new Object[][] {{"plan", "-"}, {"plan", "-f", "-"}}) {
            CommandLineRun run = CommandLineRun.withInput(text, words);
            assertEquals(run.err(), 0, run.code());
            assertTrue(run.out(), run.out().contains("ENV A=b"));
        }
    }

    @Test
    public void a_base_config_that_is_no_json_is_one_sentence() throws IOException {
        CommandLineRun run = CommandLineRun.of("plan", "--base-config", file("bases.json", "{\n\"a\": [}"),
                "-f", file("Dockerfile", "FROM acme.example/base:1\n"));
        run.fails(2, "bases.json", "line 2");
        assertEquals(run.err(), 2, run.err().lines().count());
    }

    @Test
    public void an_image_is_for_the_platform_that_its_own_from_asks_for() throws IOException {
        Path bases = file("bases.json", "{\"acme.example/base:1\":{\"os\":\"windows\",\"architecture\":\"arm64\",\"os.version\":\"10.0.26100.5\"}}");
        Path dockerfile = file("Dockerfile", "FROM --platform=windows/arm64 acme.example/base:1\nENV A=b\n");
        JsonNode image = JSON.readTree(CommandLineRun.ok("plan", "--format", "json", "--base-config", bases, "-f", dockerfile).out()).get("image");
        assertEquals("arm64", image.get("architecture").asText());
        assertEquals("10.0.26100.5", image.get("os.version").asText());
    }
}
