package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.FileAttributes;

/** A name in a directory and the attributes of what has it. */
public record DirectoryEntry(String name, int attributes) {

    public boolean isDirectory() {
        return (attributes & FileAttributes.DIRECTORY) != 0;
    }

    public boolean isReparsePoint() {
        return (attributes & FileAttributes.REPARSE_POINT) != 0;
    }
}
