package io.jenkins.plugins.windowsimage.engine.layer;

/** How a layer is compressed. */
public enum Compression {
    /** What every Windows host reads. */
    GZIP,
    /** Smaller and faster, but refused by many Windows hosts. */
    ZSTD,
    NONE
}
