/** The pipeline steps. */
package io.jenkins.plugins.windowsimage.pipeline;
