package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A directory with the files of a layer, as far as unpacking and packing need it. Paths are relative to the directory,
 * with backslashes between their parts; they are up to 32,767 characters long, and no link is ever followed on the way.
 * Thread-safe; what it hands out is not.
 *
 * <p>All methods throw {@link java.nio.file.NoSuchFileException} for a path that is not there and {@link
 * java.nio.file.FileAlreadyExistsException} for one that is there already.
 */
public interface LayerFiles extends Closeable {

    /** Makes a directory in an existing one. */
    void createDirectory(String path) throws IOException;

    /** Makes a file and opens it for writing its plain content. */
    NewFile createFile(String path) throws IOException;

    /** Makes a file or directory and opens it for writing its backup stream, security included. */
    NewFile createFromBackup(String path, boolean directory) throws IOException;

    /** Opens an existing directory for writing a backup stream over what it is. */
    NewFile overwriteDirectory(String path) throws IOException;

    /** Gives a file of a directory on the same volume a further name here. */
    void link(String path, LayerFiles directory, String existing) throws IOException;

    /** Removes a file, a link itself, or a directory with all that is in it. */
    void remove(String path) throws IOException;

    /** What is known of a path, of a link itself; null if nothing is there. */
    FileStatus status(String path) throws IOException;

    /** Sets times and attributes of what is there; what is 0 stays as it is. */
    void setInfo(String path, BasicInfo info) throws IOException;

    /** Opens a directory for listing; the empty path is the directory itself. */
    Listing list(String path) throws IOException;

    /** Opens a file for reading its plain content. */
    OpenFile open(String path) throws IOException;

    /** Opens a file or directory, or a link itself, for reading its backup stream, security included. */
    InputStream openBackup(String path) throws IOException;
}
