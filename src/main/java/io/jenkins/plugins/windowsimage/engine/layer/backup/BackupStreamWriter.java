package io.jenkins.plugins.windowsimage.engine.layer.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a backup stream as the Windows function BackupWrite takes it; see {@link BackupStreamReader}. After {@link
 * #begin} exactly as many bytes are written as the header said. For one thread at a time.
 */
public final class BackupStreamWriter extends OutputStream {
    private final OutputStream out;
    private long left;

    /** @param out takes the backup stream; not closed here */
    public BackupStreamWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Begins a stream.
     *
     * @throws IllegalStateException if bytes of the one before are missing
     */
    public void begin(BackupStream stream) throws IOException {
        finish();
        byte[] name = stream.name().getBytes(StandardCharsets.UTF_16LE);
        boolean block = stream.type() == StreamType.SPARSE_BLOCK;
        int offset = block ? BackupStreamReader.OFFSET : 0;
        ByteBuffer header = ByteBuffer.allocate(BackupStreamReader.HEADER + name.length + offset)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(stream.type().id())
                .putInt(stream.attributes())
                .putLong(stream.size() + offset)
                .putInt(name.length)
                .put(name);
        if (block) {
            header.putLong(stream.offset());
        }
        out.write(header.array());
        left = stream.size();
    }

    /** Writes a whole stream without a name. */
    public void write(StreamType type, byte[] content) throws IOException {
        begin(BackupStream.of(type, content.length));
        write(content, 0, content.length);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > left) {
            throw new IllegalStateException(length - left + " bytes more than the header of the stream says");
        }
        out.write(bytes, offset, length);
        left -= length;
    }

    /**
     * Ends the backup stream; what it goes to stays open.
     *
     * @throws IllegalStateException if bytes of the last stream are missing
     */
    public void finish() {
        if (left > 0) {
            throw new IllegalStateException(left + " bytes of a stream are missing");
        }
    }
}
