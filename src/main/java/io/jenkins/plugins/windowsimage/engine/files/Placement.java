package io.jenkins.plugins.windowsimage.engine.files;

/**
 * A source that found its place.
 *
 * @param node file, or directory of which the contents are copied
 * @param target where it goes: the path of the file, or of the directory that takes the contents; empty for the root
 */
record Placement(FileTree tree, FileNode node, String target, Selection selection) {}
