package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.build.BuildEvent;
import java.time.Clock;

/** Writes events as single lines of JSON, each with the time at which it was written. Thread-safe. */
final class EventJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Clock clock;

    EventJson(Clock clock) {
        this.clock = clock;
    }

    /** One line without its end. */
    String line(BuildEvent event) {
        try {
            return MAPPER.writeValueAsString(new Timed(clock.instant().toString(), event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + event.getClass().getSimpleName() + " as JSON", e);
        }
    }

    @JsonPropertyOrder({"time"})
    private record Timed(@JsonProperty("time") String time, @JsonUnwrapped BuildEvent event) {}
}
