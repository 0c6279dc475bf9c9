/** What Jenkins remembers and shows of image builds. */
package io.jenkins.plugins.windowsimage.action;
