package io.jenkins.plugins.windowsimage.engine.layer.transport;

import java.io.Closeable;
import java.io.IOException;

/** The entries of a directory, one after the other, without {@code .} and {@code ..}. For one thread at a time. */
public interface Listing extends Closeable {

    /** The next entry; null at the end. */
    DirectoryEntry next() throws IOException;

    @Override
    void close() throws IOException;
}
