package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;

/** What a named context ({@code --build-context NAME=SOURCE}) stands for. */
public sealed interface ContextSource {

    /** An image, whose files are the context and which can be the base of a stage. */
    record Image(ImageSource source) implements ContextSource {}

    /** A directory of the machine that builds. */
    record Directory(String path) implements ContextSource {}

    /**
     * Reads {@code docker-image://NAME}, {@code oci-layout://DIRECTORY} or the path of a directory.
     *
     * @throws EngineException of kind USAGE for an image that is no reference, or NOT_SUPPORTED for other URLs
     */
    static ContextSource parse(String name, String source) {
        if (source.startsWith("docker-image://")) {
            try {
                String reference = source.substring("docker-image://".length());
                return new Image(new ImageSource.Named(ImageReference.parse(reference)));
            } catch (IllegalArgumentException e) {
                throw new EngineException(ErrorKind.USAGE, "--build-context " + name + ": " + e.getMessage(), e);
            }
        }
        if (source.startsWith("oci-layout://")) {
            return new Image(new ImageSource.Layout(source.substring("oci-layout://".length())));
        }
        if (source.matches("(?i)(https?|git|ssh)://.*|git@.*|target:.*|input:.*")) {
            throw new EngineException(
                    ErrorKind.NOT_SUPPORTED,
                    "--build-context " + name + "=" + source + " is not supported",
                    "give a directory, docker-image://NAME or oci-layout://DIRECTORY",
                    null);
        }
        return new Directory(source);
    }
}
