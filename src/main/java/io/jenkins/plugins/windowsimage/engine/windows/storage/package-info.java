/**
 * {@link io.jenkins.plugins.windowsimage.engine.windows.LayerStorage} through vmcompute.dll: layers unpacked under the
 * storage root and shared by all builds, scratches on them, and what becomes of both.
 */
package io.jenkins.plugins.windowsimage.engine.windows.storage;
