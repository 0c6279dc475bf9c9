/** The command line {@code windows-image}: one class per command, progress displays, and the files other programs read. */
package io.jenkins.plugins.windowsimage.engine.cli;
