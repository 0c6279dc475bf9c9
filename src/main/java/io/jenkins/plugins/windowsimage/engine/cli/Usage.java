package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.util.List;

/** Reads what users write, and says what is wrong with it. */
final class Usage {
    private Usage() {}

    static EngineException error(String message) {
        return new EngineException(ErrorKind.USAGE, message);
    }

    static ImageReference reference(String text) {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw error(e.getMessage());
        }
    }

    /** A name that can be given to an image: no digest in it. */
    static ImageReference tag(String text) {
        ImageReference reference = reference(text);
        if (reference.digest() != null) {
            throw error("\"" + text + "\" cannot be a tag: it names a digest");
        }
        return reference;
    }

    static List<ImageReference> tags(List<String> texts) {
        return texts.stream().map(Usage::tag).toList();
    }
}
