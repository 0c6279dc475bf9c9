/**
 * The Dockerfile language: text to instructions, the expansion of variables, lint rules; and the language of
 * {@code .dockerignore}.
 *
 * <p>Nothing here reads a file or knows a base image. The rules follow BuildKit's Dockerfile front end.
 */
package io.jenkins.plugins.windowsimage.engine.dockerfile;
