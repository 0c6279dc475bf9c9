package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/** Writes a blob to a temporary file and hands it over to its store. */
final class DiskBlobWriter implements BlobWriter {
    private static final int BUFFER = 256 * 1024;

    private final DiskContentStore store;
    private final TemporaryFile file;
    private final Descriptor expected;
    private final MessageDigest running = Digest.start();
    private long position;

    /**
     * @param file what is there of it already is taken over
     * @param expected null when the content is not known
     */
    DiskBlobWriter(DiskContentStore store, TemporaryFile file, Descriptor expected) throws IOException {
        this.store = store;
        this.file = file;
        this.expected = expected;
        try {
            takeOver();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void takeOver() throws IOException {
        FileChannel channel = file.channel();
        if (expected != null && channel.size() > expected.size()) {
            channel.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            position += buffer.remaining();
            running.update(buffer);
            buffer.clear();
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (expected != null && length > expected.size() - position) {
            file.discard();
            throw new IOException("more than the " + expected.size() + " bytes announced for " + expected.digest());
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        try {
            while (buffer.hasRemaining()) {
                file.channel().write(buffer);
            }
        } catch (IOException e) {
            if (!(e instanceof ClosedChannelException)) {
                // The disk is full or broken: what is there would only take up more of it.
                file.discard();
            }
            throw WriteFailure.explain("a blob", file.path(), e);
        }
        running.update(bytes, offset, length);
        position += length;
    }

    @Override
    public void restart() throws IOException {
        file.channel().truncate(0);
        running.reset();
        position = 0;
    }

    @Override
    public Digest commit() throws IOException {
        Digest digest = Digest.of(running);
        publish(digest);
        return digest;
    }

    @Override
    public void commit(Digest wanted) throws IOException {
        Digest digest = Digest.of(running);
        if (!digest.equals(wanted)) {
            file.discard();
            throw new DigestMismatchException(wanted, digest);
        }
        publish(digest);
    }

    private void publish(Digest digest) throws IOException {
        try {
            file.sync();
            store.publish(file, digest, position);
        } catch (IOException e) {
            throw WriteFailure.explain("the blob " + digest, file.path(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
