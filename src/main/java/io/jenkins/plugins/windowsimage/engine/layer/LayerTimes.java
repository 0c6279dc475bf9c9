package io.jenkins.plugins.windowsimage.engine.layer;

import java.time.Instant;

/**
 * The four times that Windows keeps of a file; null where one is not known.
 *
 * @param modified last write to the content
 * @param accessed last access
 * @param changed last change of content or metadata
 * @param created creation
 */
public record LayerTimes(Instant modified, Instant accessed, Instant changed, Instant created) {
    /** No time is known. */
    public static final LayerTimes UNKNOWN = new LayerTimes(null, null, null, null);

    /** The same instant four times. */
    public static LayerTimes at(Instant instant) {
        return new LayerTimes(instant, instant, instant, instant);
    }
}
