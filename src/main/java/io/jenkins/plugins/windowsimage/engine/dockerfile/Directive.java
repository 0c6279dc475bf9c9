package io.jenkins.plugins.windowsimage.engine.dockerfile;

/**
 * A parser directive, such as {@code # escape=`}, from the very top of a Dockerfile.
 *
 * @param name {@code syntax}, {@code escape} or {@code check}, in lower case
 * @param value as written, without blanks at either end
 * @param line counted from 1
 */
public record Directive(String name, String value, int line) {}
