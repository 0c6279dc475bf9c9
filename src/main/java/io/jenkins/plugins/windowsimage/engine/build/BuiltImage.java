package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.List;

/**
 * An image that a build made; all of it but layers of its base is in the store.
 *
 * @param osVersion null when no one knows it
 */
record BuiltImage(String buildId, RawManifest raw, String osVersion, List<BuildResult.Layer> layers, StageSnapshot files,
        StepCache cache) {}
