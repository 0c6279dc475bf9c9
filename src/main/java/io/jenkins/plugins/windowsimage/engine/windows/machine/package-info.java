/**
 * What this machine can do: the run host that fits it, and probes that tell what it lacks.
 *
 * <p>Nothing outside this package decides by the operating system; on another one than Windows none of the classes that speak to
 * Windows is loaded.
 */
package io.jenkins.plugins.windowsimage.engine.windows.machine;
