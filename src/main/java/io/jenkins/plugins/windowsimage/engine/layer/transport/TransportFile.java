package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamReader;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ExtendedAttributes;
import io.jenkins.plugins.windowsimage.engine.layer.backup.MalformedBackupException;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ReparsePoint;
import io.jenkins.plugins.windowsimage.engine.layer.backup.StreamType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * What a file in transport form says of the file it stands for; its contents are read afterwards from their places. The
 * length of sparse content is that of its last block: headers do not tell it.
 *
 * @param attributes bits of {@link io.jenkins.plugins.windowsimage.engine.layer.FileAttributes}
 * @param security null when nothing is said of it
 * @param reparse the buffer of a reparse point; null when it is none
 * @param content null when there is none
 */
record TransportFile(
        int attributes,
        SecurityDescriptor security,
        SortedMap<String, byte[]> extendedAttributes,
        byte[] reparse,
        Content content,
        List<Content> alternates) {
    private static final int MOST_SECURITY = 256 * 1024;

    /**
     * Content of a file.
     *
     * @param name of an alternate stream as Windows has it; empty for the file itself
     * @param position where the bytes, or the first sparse block, begin
     * @param size in bytes
     * @param blocks whether it consists of sparse blocks
     */
    record Content(String name, long position, long size, boolean blocks) {

        /** Reads it, holes as zeros. */
        InputStream open(SeekableInput in) {
            in.seek(position);
            return blocks ? new SparseInput(new BackupStreamReader(in), size) : new LimitedInput(in, size);
        }
    }

    /**
     * Goes through a file.
     *
     * @throws MalformedBackupException if it is not in transport form
     */
    static TransportFile scan(SeekableInput in) throws IOException {
        byte[] attributes = in.readNBytes(Integer.BYTES);
        if (attributes.length < Integer.BYTES) {
            throw new MalformedBackupException("it is shorter than its attributes");
        }
        return new Scan(in).run(ByteBuffer.wrap(attributes).order(ByteOrder.LITTLE_ENDIAN).getInt());
    }

    private static final class Scan {
        private final BackupStreamReader reader;
        private SecurityDescriptor security;
        private SortedMap<String, byte[]> extendedAttributes = Collections.emptySortedMap();
        private byte[] reparse;
        private Content content;
        private final List<Content> alternates = new ArrayList<>();

        /** The content that sparse blocks belong to; its size grows with them. */
        private Content sparse;
        private boolean sparseEnded;

        Scan(SeekableInput in) {
            reader = new BackupStreamReader(in);
        }

        TransportFile run(int attributes) throws IOException {
            for (BackupStream stream = reader.next(); stream != null; stream = reader.next()) {
                if (stream.type() == StreamType.SPARSE_BLOCK) {
                    addBlock(stream);
                } else {
                    endSparse();
                    add(stream);
                }
            }
            endSparse();
            return new TransportFile(attributes, security, extendedAttributes, reparse, content, alternates);
        }

        private void add(BackupStream stream) throws IOException {
            switch (stream.type()) {
                case DATA -> {
                    if (content != null) {
                        throw new MalformedBackupException("it has two contents");
                    }
                    content = begin(stream);
                }
                case ALTERNATE_DATA -> alternates.add(begin(stream));
                case SECURITY -> {
                    try {
                        security = SecurityDescriptor.of(reader.readContent(MOST_SECURITY));
                    } catch (IllegalArgumentException e) {
                        throw new MalformedBackupException("its security is " + e.getMessage());
                    }
                }
                case EXTENDED_ATTRIBUTES -> extendedAttributes =
                        ExtendedAttributes.decode(reader.readContent(ExtendedAttributes.MOST_BYTES));
                case REPARSE_POINT -> reparse = reader.readContent(ReparsePoint.MOST_BYTES);
                // Object ids, properties and the like do not travel in layers.
                default -> { }
            }
        }

        private Content begin(BackupStream stream) {
            // Position 4 is where the streams begin, behind the attributes.
            Content begun = new Content(stream.name(), Integer.BYTES + reader.position(), stream.size(), false);
            sparse = stream.isSparse() && stream.size() == 0 ? begun : null;
            sparseEnded = false;
            return begun;
        }

        private void addBlock(BackupStream block) throws IOException {
            if (sparse == null || sparseEnded || block.offset() < sparse.size()) {
                throw new MalformedBackupException("it has a sparse block at " + block.offset()
                        + " that is out of place");
            }
            sparseEnded = block.size() == 0;
            sparse = new Content(sparse.name(), sparse.position(), block.offset() + block.size(), true);
        }

        private void endSparse() {
            if (sparse != null && sparse.blocks()) {
                if (sparse.name().isEmpty()) {
                    content = sparse;
                } else {
                    alternates.set(alternates.size() - 1, sparse);
                }
            }
            sparse = null;
        }
    }
}
