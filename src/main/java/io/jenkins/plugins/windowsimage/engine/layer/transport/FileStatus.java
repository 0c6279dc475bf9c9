package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.FileAttributes;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;

/**
 * What a file system knows of a file without reading it.
 *
 * @param size of the content in bytes
 * @param links how many names the file has
 * @param id equal for the names of one file
 */
public record FileStatus(BasicInfo info, long size, int links, Object id) {

    public boolean isDirectory() {
        return (info.attributes() & FileAttributes.DIRECTORY) != 0;
    }

    public boolean isReparsePoint() {
        return (info.attributes() & FileAttributes.REPARSE_POINT) != 0;
    }
}
