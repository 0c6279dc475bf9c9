package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A file or directory that is being written; every write reaches the file system as it is. For one thread at a time.
 */
public abstract class NewFile extends OutputStream {

    /** Sets times and attributes; what is 0 stays as it is. They hold also when content is written afterwards. */
    public abstract void setInfo(BasicInfo info) throws IOException;

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length) throws IOException;

    @Override
    public abstract void close() throws IOException;
}
