/**
 * Networks of containers through the Host Compute Network: a fresh endpoint and namespace for each container, on a NAT network
 * that is made when the host has none. Both carry names or ids by which what a crash leaves is found again.
 */
package io.jenkins.plugins.windowsimage.engine.windows.network;
