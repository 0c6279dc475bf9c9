/**
 * Runs a plan: resolves base images, carries out the stages in parallel, one small class per instruction, and puts the image
 * together. Reports what it does as {@link io.jenkins.plugins.windowsimage.engine.build.BuildEvent events}.
 */
package io.jenkins.plugins.windowsimage.engine.build;
