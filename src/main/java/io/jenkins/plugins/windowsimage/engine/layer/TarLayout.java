package io.jenkins.plugins.windowsimage.engine.layer;

/** How the files of an image lie in the tars of its layers. */
public enum TarLayout {
    /** Below {@code Files/}, with alternate streams as {@code name:stream}; names are told apart without regard to case. */
    WINDOWS,
    /** At the root, as in images for Linux and in layers that only carry data; upper and lower case differ. */
    PLAIN
}
