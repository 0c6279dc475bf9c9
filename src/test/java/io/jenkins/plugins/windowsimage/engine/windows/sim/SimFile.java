package io.jenkins.plugins.windowsimage.engine.windows.sim;

import io.jenkins.plugins.windowsimage.engine.layer.transport.NtfsModel;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;

/** What stands behind the handle of a file or directory. For one thread at a time. */
final class SimFile {
    final Path path;
    final int access;
    long position;
    Iterator<Path> listing;
    InputStream backupRead;
    NtfsModel.Restore backupWrite;
    /** The address that a caller got for a context that it has to give back. */
    long context;

    SimFile(Path path, int access) {
        this.path = path;
        this.access = access;
    }
}
