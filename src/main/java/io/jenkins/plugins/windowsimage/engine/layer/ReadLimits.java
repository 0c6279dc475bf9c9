package io.jenkins.plugins.windowsimage.engine.layer;

/**
 * What a layer may cost at most when it is read, so that a hostile one cannot fill memory or run on for ever.
 *
 * @param bytes length of the tar
 * @param entries number of entries
 * @param ratio bytes of the tar for each byte of the blob, beyond the first {@value #FREE_BYTES}
 */
public record ReadLimits(long bytes, long entries, long ratio) {
    static final long FREE_BYTES = 256L << 20;

    /** Far above any real layer; deflate itself cannot do more than 1032 to 1. */
    public static final ReadLimits DEFAULT = new ReadLimits(1L << 40, 20_000_000, 1100);
}
