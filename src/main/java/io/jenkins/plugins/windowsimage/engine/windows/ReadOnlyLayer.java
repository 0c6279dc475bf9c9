package io.jenkins.plugins.windowsimage.engine.windows;

import java.nio.file.Path;
import java.util.UUID;

/**
 * One unpacked layer.
 *
 * @param id what Windows calls it, made from the name of its directory
 * @param directory absolute
 */
public record ReadOnlyLayer(UUID id, Path directory) {}
