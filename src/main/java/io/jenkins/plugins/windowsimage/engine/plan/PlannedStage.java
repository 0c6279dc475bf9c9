package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.List;
import java.util.Set;

/**
 * A stage that the build needs.
 *
 * @param index in the Dockerfile, counted from 0
 * @param name empty for none
 * @param displayName the name, or {@code stage-N}
 * @param line of its FROM
 * @param platform of the stage
 * @param steps ONBUILD triggers of its base first
 * @param image the config after its last step; the diff ids are those of the base image
 * @param dependsOn indexes of the stages that must be there before it can begin; all smaller than its own
 */
public record PlannedStage(
        int index,
        String name,
        String displayName,
        int line,
        StageBase base,
        Platform platform,
        List<Step> steps,
        ImageConfig image,
        Set<Integer> dependsOn) {
    public PlannedStage {
        steps = List.copyOf(steps);
        dependsOn = Set.copyOf(dependsOn);
    }
}
