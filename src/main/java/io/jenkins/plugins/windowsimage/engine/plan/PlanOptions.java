package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the user says about a build besides the Dockerfile.
 *
 * @param target stage to build; null for the last
 * @param platform of the image
 * @param buildArgs values of ARG by name
 * @param labels added to the image
 * @param contexts named contexts
 * @param ignore what the build context leaves out, for warnings
 */
public record PlanOptions(
        String target,
        Platform platform,
        Map<String, String> buildArgs,
        Map<String, String> labels,
        Map<String, ContextSource> contexts,
        IgnoreFile ignore) {

    /** Builds the last stage for Windows on amd64. */
    public static final PlanOptions DEFAULT =
            new PlanOptions(null, Platform.WINDOWS_AMD64, Map.of(), Map.of(), Map.of(), IgnoreFile.NONE);

    public PlanOptions {
        buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
    }
}
