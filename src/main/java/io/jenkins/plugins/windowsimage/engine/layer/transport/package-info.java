/**
 * Windows layers as files: the plain tree of a base layer, and the transport form in which the Host Compute Service
 * takes and gives all others. All access to files goes through {@link
 * io.jenkins.plugins.windowsimage.engine.layer.transport.LayerFiles}.
 */
package io.jenkins.plugins.windowsimage.engine.layer.transport;
