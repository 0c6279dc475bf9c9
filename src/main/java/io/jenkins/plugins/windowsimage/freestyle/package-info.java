/** The build step of jobs without a script. */
package io.jenkins.plugins.windowsimage.freestyle;
