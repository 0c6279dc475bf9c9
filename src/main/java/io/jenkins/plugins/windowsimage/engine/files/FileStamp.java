package io.jenkins.plugins.windowsimage.engine.files;

import java.time.Instant;

/**
 * What tells, without reading a file of this machine, whether it is still the same as before.
 *
 * @param path absolute
 * @param size in bytes
 * @param modified last write of the content
 * @param changed last change of content or attributes, which no program can set; where the system does not tell it, the
 *     creation
 * @param key number of the file in its file system; empty where the system does not tell it
 */
public record FileStamp(String path, long size, Instant modified, Instant changed, String key) {}
