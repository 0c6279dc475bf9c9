package io.jenkins.plugins.windowsimage.engine.files;

import java.time.Duration;

/**
 * What a download may cost at most.
 *
 * @param bytes length of the file
 * @param silence longest time in which nothing comes
 * @param redirects how often a server may point elsewhere
 */
public record DownloadLimits(long bytes, Duration silence, int redirects) {
    public static final DownloadLimits DEFAULT = new DownloadLimits(64L << 30, Duration.ofSeconds(60), 10);
}
