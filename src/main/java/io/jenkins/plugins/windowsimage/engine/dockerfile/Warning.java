package io.jenkins.plugins.windowsimage.engine.dockerfile;

/**
 * Something in a Dockerfile that builds but may not do what was meant.
 *
 * @param line of the Dockerfile, counted from 1
 */
public record Warning(LintRule rule, String message, int line) {}
