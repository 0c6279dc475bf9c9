package io.jenkins.plugins.windowsimage.engine.files;

/**
 * One file, directory or link that an instruction puts into the image.
 *
 * @param target where it goes, relative to {@code C:\}, with {@code /} between the parts; checked for Windows already
 * @param source what it is: type, size, time, link target
 * @param tree where the content of a file is read from; may be null for a directory
 * @param owner security identifier of its owner, such as {@code S-1-5-93-2-2}; null for the usual owner
 */
public record PlannedEntry(String target, FileNode source, FileTree tree, String owner) {}
