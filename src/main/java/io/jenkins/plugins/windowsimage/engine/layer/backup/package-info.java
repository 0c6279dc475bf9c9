/**
 * The forms in which Windows keeps what a file is besides its content: backup streams (WIN32_STREAM_ID), extended
 * attributes, reparse points and file times. Codecs alone; nothing here touches a file.
 */
package io.jenkins.plugins.windowsimage.engine.layer.backup;
