package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.List;

/**
 * An image that a build made; all of it but layers of its base is in the store.
 *
 * @param platform its Windows version is null when no one knows it
 */
record BuiltImage(String buildId, RawManifest raw, Platform platform, List<BuildResult.Layer> layers, StageSnapshot files,
        StepCache cache) {}
