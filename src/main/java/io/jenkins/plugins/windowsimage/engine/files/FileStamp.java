package io.jenkins.plugins.windowsimage.engine.files;

import java.time.Instant;

/**
 * What tells, without reading a file of this machine, whether it is still the same as before.
 *
 * @param root absolute path of the directory that the file was found in
 * @param path from there, parts separated by {@code /}
 * @param size in bytes
 * @param modified last write of the content
 * @param changed last change of content or attributes, which no program can set; where the system does not tell it, the
 *     creation
 * @param number of the file in its file system; 0 where the system does not tell it
 */
public record FileStamp(String root, String path, long size, Instant modified, Instant changed, long number) {}
