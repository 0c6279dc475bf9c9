package io.jenkins.plugins.windowsimage.engine.layer.backup;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a backup stream as the Windows function BackupRead makes it: streams one after the other, each a
 * WIN32_STREAM_ID header of 20 bytes (id, attributes, size, length of the name, all little-endian), its name in UTF-16
 * and its bytes. As a stream itself it gives the bytes of the current one. Never holds more than a header. For one
 * thread at a time.
 */
public final class BackupStreamReader extends InputStream {
    static final int HEADER = 20;
    static final int OFFSET = 8;
    /** A stream name has at most 255 characters, with a colon before it and its type behind. */
    private static final int LONGEST_NAME = 2 * 600;

    private final InputStream in;
    private final byte[] header = new byte[HEADER];
    private long position;
    private long left;

    /** @param in the backup stream; not closed here */
    public BackupStreamReader(InputStream in) {
        this.in = in;
    }

    /**
     * Goes to the next stream and skips what was not read of the one before.
     *
     * @return null at the end
     * @throws MalformedBackupException if there is anything but a stream
     */
    public BackupStream next() throws IOException {
        try {
            in.skipNBytes(left);
            position += left;
            left = 0;
            int got = in.readNBytes(header, 0, HEADER);
            if (got == 0) {
                return null;
            }
            if (got < HEADER) {
                throw new EOFException();
            }
            position += HEADER;
            return parse(ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN));
        } catch (EOFException e) {
            throw new MalformedBackupException("the backup stream is cut off after byte " + position);
        }
    }

    private BackupStream parse(ByteBuffer fields) throws IOException {
        int id = fields.getInt();
        int attributes = fields.getInt();
        long size = fields.getLong();
        int nameLength = fields.getInt();
        StreamType type = StreamType.of(id);
        if (type == null) {
            throw malformed("has the unknown id " + Integer.toUnsignedString(id));
        }
        if (size < 0) {
            throw malformed("has the size " + size);
        }
        if (nameLength < 0 || nameLength > LONGEST_NAME || nameLength % 2 != 0) {
            throw malformed("has a name of " + nameLength + " bytes");
        }
        String name = new String(readFully(nameLength), StandardCharsets.UTF_16LE);
        if (type != StreamType.SPARSE_BLOCK) {
            left = size;
            return new BackupStream(type, attributes, size, name, 0);
        }
        if (size < OFFSET) {
            throw malformed("is a sparse block without an offset");
        }
        long offset = ByteBuffer.wrap(readFully(OFFSET)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        left = size - OFFSET;
        if (offset < 0 || offset > Long.MAX_VALUE - left) {
            throw malformed("is a sparse block at " + offset);
        }
        return new BackupStream(type, attributes, left, name, offset);
    }

    private byte[] readFully(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private MalformedBackupException malformed(String why) {
        return new MalformedBackupException("a stream that begins before byte " + position + " of the backup stream "
                + why);
    }

    /** How far the backup stream was read; after {@link #next()} where the bytes of the current stream begin. */
    public long position() {
        return position;
    }

    /**
     * All bytes of the current stream.
     *
     * @throws MalformedBackupException if there are more than allowed
     */
    public byte[] readContent(int most) throws IOException {
        if (left > most) {
            throw malformed("has " + left + " bytes where " + most + " is the most that Windows makes");
        }
        int length = (int) left;
        byte[] bytes = readNBytes(length);
        if (bytes.length < length) {
            throw new MalformedBackupException("the backup stream is cut off after byte " + position);
        }
        return bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new MalformedBackupException("the backup stream is cut off after byte " + position);
        }
        position += read;
        left -= read;
        return read;
    }
}
