/**
 * Windows image layers: the layer tar (written without Windows, or from what Windows exports), its compression, the merged view
 * over a stack of layers, and the backup streams that Windows stores files as.
 */
package io.jenkins.plugins.windowsimage.engine.layer;
