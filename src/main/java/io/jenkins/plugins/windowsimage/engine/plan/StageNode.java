package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Stage;
import io.jenkins.plugins.windowsimage.engine.image.Platform;

/**
 * A stage in the graph.
 *
 * @param base what it starts from
 * @param platform that its FROM asks for; null for that of the build
 * @param replacement the named context that takes the place of the whole stage; null for none
 */
public record StageNode(Stage stage, StageBase base, Platform platform, ContextSource replacement) {}
