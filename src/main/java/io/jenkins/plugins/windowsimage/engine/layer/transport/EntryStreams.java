package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.FileAttributes;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamWriter;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ExtendedAttributes;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ReparsePoint;
import io.jenkins.plugins.windowsimage.engine.layer.backup.StreamType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Turns entries of a layer tar into backup streams. For one thread at a time. */
final class EntryStreams {
    private static final int KINDS = FileAttributes.DIRECTORY | FileAttributes.REPARSE_POINT;

    private final byte[] buffer = new byte[128 * 1024];

    /** Writes what an entry is, in the order that Windows wants: security, extended attributes, link or content. */
    void write(LayerEntry entry, InputStream content, BackupStreamWriter out) throws IOException {
        if (entry.security() != null) {
            out.write(StreamType.SECURITY, entry.security().toBytes());
        }
        if (!entry.extendedAttributes().isEmpty()) {
            out.write(StreamType.EXTENDED_ATTRIBUTES, ExtendedAttributes.encode(entry.extendedAttributes()));
        }
        switch (entry.type()) {
            case SYMLINK, JUNCTION -> out.write(StreamType.REPARSE_POINT,
                    new ReparsePoint(entry.type() == LayerEntry.Type.JUNCTION,
                            entry.linkTarget().replace('/', '\\')).encode());
            case FILE -> {
                out.begin(BackupStream.of(StreamType.DATA, entry.size()));
                copy(content, entry.size(), out);
            }
            default -> { }
        }
    }

    /** Writes an alternate stream behind what {@link #write} wrote of its owner. */
    void writeAlternate(String stream, LayerEntry entry, InputStream content, BackupStreamWriter out)
            throws IOException {
        out.begin(BackupStream.alternate(stream, entry.size()));
        copy(content, entry.size(), out);
    }

    /** Copies content of a known length. */
    void copy(InputStream content, long size, OutputStream out) throws IOException {
        long left = size;
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("its content ends " + left + " bytes too early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    /** The attributes of an entry, made to agree with what it is. */
    static int attributes(LayerEntry entry) {
        int plain = entry.attributes() & ~KINDS;
        return switch (entry.type()) {
            case DIRECTORY -> plain | FileAttributes.DIRECTORY;
            case JUNCTION -> plain | KINDS;
            case SYMLINK -> entry.attributes() | FileAttributes.REPARSE_POINT;
            default -> plain;
        };
    }

    /** Whether Windows keeps the entry as a directory: a link to one is also of this kind. */
    static boolean isDirectory(LayerEntry entry) {
        return (attributes(entry) & FileAttributes.DIRECTORY) != 0;
    }
}
