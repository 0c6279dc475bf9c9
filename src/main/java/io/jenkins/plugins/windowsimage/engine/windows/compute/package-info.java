/**
 * Containers through the Host Compute Service: process isolation with computecore.dll and schema 2 documents, hyper-v isolation
 * with vmcompute.dll and the version 1 document (docs/decisions say why).
 *
 * <p>No thread is ever interrupted or abandoned inside a native call: every wait is short and repeated, so that handles are
 * closed only when nothing uses them.
 */
package io.jenkins.plugins.windowsimage.engine.windows.compute;
