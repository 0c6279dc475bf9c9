package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.Optional;

/** Answers what base images look like; the registry, the store or a file stands behind it. */
@FunctionalInterface
public interface BaseConfigs {

    /**
     * The config of an image for a platform.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException if there is no such image
     */
    ImageConfig config(ImageSource image, Platform platform);

    /** The {@code PATH} of the machine from the image's registry hive; empty when it is not at hand. */
    default Optional<String> machinePath(ImageSource image, Platform platform) {
        return Optional.empty();
    }
}
