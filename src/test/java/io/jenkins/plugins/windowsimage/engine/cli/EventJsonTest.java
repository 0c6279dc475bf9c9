package io.jenkins.plugins.windowsimage.engine.cli;

import static org.junit.Assert.assertEquals;

import io.jenkins.plugins.windowsimage.engine.build.BuildEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.Test;

public class EventJsonTest {
    @Test
    public void a_line_has_time_and_type_first_and_leaves_out_what_does_not_apply() {
        EventJson json = new EventJson(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05Z\",\"type\":\"step-completed\",\"step\":1,\"name\":\"[1/1] COPY a b\",\"cached\":true,"
                        + "\"durationMillis\":7,\"size\":0}",
                json.line(new BuildEvent.StepCompleted(1, "[1/1] COPY a b", true, 7, null, 0)));
    }
}
