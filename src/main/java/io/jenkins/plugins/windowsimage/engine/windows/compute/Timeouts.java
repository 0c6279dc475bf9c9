package io.jenkins.plugins.windowsimage.engine.windows.compute;

import java.time.Duration;

/**
 * How long to wait for the service.
 *
 * @param start for a container to be created, and again to be started
 * @param shutdown for a clean shutdown
 * @param terminate for the call that terminates a container, and again for its end; a cancelled command is gone within twice
 *     this time and a little more
 * @param drain for output after a process has ended, when a child of it still holds the pipes
 * @param slice for one native wait; cancellation is noticed after it at the latest
 */
public record Timeouts(Duration start, Duration shutdown, Duration terminate, Duration drain, Duration slice) {
    /** What hcsshim and dockerd wait for, and short slices. */
    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofMinutes(4),
            Duration.ofMinutes(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofMillis(200));

    int sliceMillis() {
        return (int) slice.toMillis();
    }
}
