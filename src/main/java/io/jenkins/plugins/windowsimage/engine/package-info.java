/**
 * The engine: builds, pushes and inspects Windows container images, and knows nothing of Jenkins.
 *
 * <p>This package holds only what every part of it shares: how it fails and how it is cancelled.
 */
package io.jenkins.plugins.windowsimage.engine;
