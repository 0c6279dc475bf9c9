package io.jenkins.plugins.windowsimage.engine.files;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Sees how a tar ends. A tar reader takes the end of the stream for the end of the archive; only the mark that POSIX demands there,
 * records of zeros, tells an archive from the beginning of one.
 */
final class TarEnding extends CountingInputStream {
    private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

    private long headers;
    private long zeros;
    private boolean mark;

    TarEnding(InputStream tar) {
        super(tar);
    }

    /** The content of an entry was read; from the next record on comes a header or the end mark. */
    void entryRead() {
        headers = (count() + RECORD - 1) / RECORD * RECORD;
        zeros = 0;
        mark = false;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        int last = offset + Math.max(0, read);
        while (last > offset && bytes[last - 1] == 0) {
            last--;
        }
        zeros = last == offset ? zeros + Math.max(0, read) : offset + read - last;
        mark |= Math.min(zeros, count() - headers) >= RECORD;
        return read;
    }

    /** After the last entry: whether there is an end mark. */
    boolean hasMark() {
        return mark;
    }

    /** After the last entry: whether the archive ends in the middle of a record. */
    boolean isCutOff() {
        return !mark && count() % RECORD != 0;
    }
}
