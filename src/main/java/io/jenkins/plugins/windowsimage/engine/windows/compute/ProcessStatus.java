package io.jenkins.plugins.windowsimage.engine.windows.compute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * How a process ended.
 *
 * @param exitCode -1 when the service lost track of the process
 */
record ProcessStatus(int exitCode) {

    /**
     * Reads a ProcessStatus document, which builds of Windows send flat or inside another object; empty while the process runs.
     * The exit code counts only when the service's own wait for the process succeeded.
     */
    static Optional<ProcessStatus> parse(String document) {
        if (document == null) {
            return Optional.empty();
        }
        JsonNode root;
        try {
            root = Json.MAPPER.readTree(document);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        JsonNode status = root.has("Exited") ? root : root.findParent("Exited");
        if (status == null || !status.path("Exited").asBoolean()) {
            return Optional.empty();
        }
        boolean known = status.path("LastWaitResult").asInt(0) == 0 && status.path("ExitCode").isIntegralNumber();
        return Optional.of(new ProcessStatus(known ? (int) status.path("ExitCode").asLong() : -1));
    }
}
