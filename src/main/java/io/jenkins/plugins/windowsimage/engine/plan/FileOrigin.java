package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.Platform;

/** Which tree of files a COPY, an ADD or a bind mount takes from. */
public sealed interface FileOrigin {

    /** The build context. */
    record BuildContext() implements FileOrigin {}

    /** What a stage of this build has made. */
    record Stage(int index) implements FileOrigin {}

    /** The files of an image. */
    record Image(ImageSource source, Platform platform) implements FileOrigin {}

    /** A directory given as a named context. */
    record Directory(String name, String path) implements FileOrigin {}

    /** Nothing: an empty tree. */
    record Scratch() implements FileOrigin {}
}
