package io.jenkins.plugins.windowsimage.engine.layer.transport;

import java.io.Closeable;
import java.io.IOException;

/** A file that is being read at any place. For one thread at a time. */
public interface OpenFile extends Closeable {

    FileStatus status();

    /** Reads from a place; -1 at the end, at least one byte before it. */
    int read(long position, byte[] bytes, int offset, int length) throws IOException;

    @Override
    void close() throws IOException;
}
