package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * How a running container is probed. All durations are nanoseconds, as Docker writes them; 0 means "not set" and is left out.
 *
 * @param test {@code ["NONE"]}, {@code ["CMD", argument...]} or {@code ["CMD-SHELL", command]}
 * @param interval between two probes
 * @param timeout after which a probe counts as failed
 * @param startPeriod in which failures do not count
 * @param startInterval between two probes during the start period
 * @param retries failures in a row that make a container unhealthy; 0 means "not set"
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Healthcheck(
        @JsonProperty("Test") List<String> test,
        @JsonProperty("Interval") long interval,
        @JsonProperty("Timeout") long timeout,
        @JsonProperty("StartPeriod") long startPeriod,
        @JsonProperty("StartInterval") long startInterval,
        @JsonProperty("Retries") int retries) {

    public Healthcheck {
        test = test == null ? null : List.copyOf(test);
    }
}
