package io.jenkins.plugins.windowsimage.engine.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;

/** Content of known length that can be read again, should an upload have to start over. */
public interface BlobSource {

    /** Length in bytes. */
    long length();

    /** Opens the content from its first byte; the caller closes it. */
    ReadableByteChannel open() throws IOException;

    /** Content that is in memory. */
    static BlobSource of(byte[] content) {
        return new BlobSource() {
            @Override
            public long length() {
                return content.length;
            }

            @Override
            public ReadableByteChannel open() {
                return Channels.newChannel(new java.io.ByteArrayInputStream(content));
            }
        };
    }

    /** Reads until the buffer is full or the content ends; false when it ended. */
    static boolean fill(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
