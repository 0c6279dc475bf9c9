package io.jenkins.plugins.windowsimage.engine.windows;

import java.time.Duration;
import java.util.Map;

/**
 * A process to run in a container.
 *
 * @param commandLine handed to Windows as it stands
 * @param environment in addition to what the account has; equal names replace
 * @param workingDirectory absolute Windows path that exists
 * @param user account; null for the image's default
 * @param timeout after which the container is ended; null for none
 */
public record ProcessSpec(
        String commandLine, Map<String, String> environment, String workingDirectory, String user, Duration timeout) {
    public ProcessSpec {
        environment = Map.copyOf(environment);
    }
}
