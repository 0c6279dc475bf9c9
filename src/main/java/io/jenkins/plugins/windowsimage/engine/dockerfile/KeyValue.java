package io.jenkins.plugins.windowsimage.engine.dockerfile;

/**
 * A name and its value, not yet expanded.
 *
 * @param oldForm whether it was written {@code name value} rather than {@code name=value}
 */
public record KeyValue(String name, String value, boolean oldForm) {}
