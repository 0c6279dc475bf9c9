package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.windowsimage.engine.build.BuildEvent;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whatever a command prints or a file is called, the event and result files stay readable and say the same. */
public class ResultFuzzTest {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void events_are_single_lines_of_json_that_give_the_text_back() throws Exception {
        Random random = new Random(7);
        EventJson events = new EventJson(Clock.systemUTC());
        for (int round = 0; round < 5000; round++) {
            String text = text(random);
            String line = events.line(new BuildEvent.Output(1, random.nextBoolean(), text));
            assertEquals(-1, line.indexOf('\n'));
            assertEquals(-1, line.indexOf('\r'));
            JsonNode read = new ObjectMapper().readTree(line);
            assertEquals(text, read.get("text").asText());
            assertTrue(read.has("time"));
        }
    }

    @Test
    public void results_give_every_text_back() throws Exception {
        Random random = new Random(8);
        Path file = folder.getRoot().toPath().resolve("result.json");
        for (int round = 0; round < 300; round++) {
            String text = text(random);
            ResultFile.write(file, new BuildResult(
                    "0123456789ab", BuildResult.Outcome.FAILURE, null, null, null, List.of(text), List.of(), "windows/amd64", null,
                    List.of(), List.of(), List.of(new BuildResult.Step(text, 1, text, null, 0, false, 1, null)),
                    new BuildResult.Totals(0, 0, 0, 0, 0, 0), List.of(new BuildResult.Warning("R", text, 1)),
                    new BuildResult.Failure("k", text, 1, text, 1, List.of(text)), null, null, text));
            JsonNode read = new ObjectMapper().readTree(Files.readAllBytes(file));
            for (String place : List.of(
                    "/tags/0", "/steps/0/text", "/warnings/0/message", "/error/message", "/error/output/0", "/image.name")) {
                assertEquals(text, read.at(place).asText());
            }
        }
    }

    /** Control characters, quotes, line ends of all kinds and characters beyond the basic plane; halves of pairs cannot be written. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(60); left > 0; left--) {
            int kind = random.nextInt(5);
            int c = kind == 0 ? random.nextInt(32) : kind == 1 ? "\"\\/\u007f\u0085\u2028\u2029\uFEFF".charAt(random.nextInt(8))
                    : kind == 2 ? 0x1F600 + random.nextInt(50) : kind == 3 ? 0x400 + random.nextInt(200) : 'a' + random.nextInt(26);
            text.appendCodePoint(c);
        }
        return text.toString();
    }
}
