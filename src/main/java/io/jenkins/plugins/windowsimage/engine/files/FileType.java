package io.jenkins.plugins.windowsimage.engine.files;

/** What a {@link FileNode} is; anything else (devices, pipes, sockets) no tree shows. */
public enum FileType {
    FILE,
    DIRECTORY,
    SYMLINK
}
