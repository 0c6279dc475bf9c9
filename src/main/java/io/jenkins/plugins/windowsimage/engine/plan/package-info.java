/**
 * What a build has to do: which stages, in which order, from which images, and every step with its variables expanded and the
 * image config after it. Nothing here touches disk or network; base images answer through
 * {@link io.jenkins.plugins.windowsimage.engine.plan.BaseConfigs}.
 *
 * <p>Planning has two phases. {@link io.jenkins.plugins.windowsimage.engine.plan.StageGraph} needs the Dockerfile alone and says
 * which stages and images are needed; {@link io.jenkins.plugins.windowsimage.engine.plan.BuildPlan} also needs the configs of
 * the base images and has every step.
 */
package io.jenkins.plugins.windowsimage.engine.plan;
