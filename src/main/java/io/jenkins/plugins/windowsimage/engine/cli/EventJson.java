package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
        ObjectNode line = MAPPER.createObjectNode().put("time", clock.instant().toString());
        line.setAll((ObjectNode) MAPPER.valueToTree(event));
        return line.toString();
    }
}
