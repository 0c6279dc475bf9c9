/**
 * Everything that calls Windows, behind ports: layer storage, container host, container network, and {@link
 * io.jenkins.plugins.windowsimage.engine.windows.RunHost}, which a build uses to carry out RUN.
 */
package io.jenkins.plugins.windowsimage.engine.windows;
