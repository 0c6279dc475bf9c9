package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** Blobs whose reading ends with an {@link io.jenkins.plugins.windowsimage.engine.EngineException} when the work is cancelled. Thread-safe. */
public final class CancellableBlobs implements BlobSource {
    private final BlobSource blobs;
    private final Cancellation cancellation;

    /** @param blobs what is read */
    public CancellableBlobs(BlobSource blobs, Cancellation cancellation) {
        this.blobs = blobs;
        this.cancellation = cancellation;
    }

    @Override
    public boolean contains(Digest digest) {
        return blobs.contains(digest);
    }

    @Override
    public long size(Digest digest) throws IOException {
        return blobs.size(digest);
    }

    @Override
    public SeekableByteChannel open(Digest digest) throws IOException {
        return new Channel(blobs.open(digest), cancellation);
    }

    @Override
    public boolean link(Digest digest, Path target) throws IOException {
        return blobs.link(digest, target);
    }

    private record Channel(SeekableByteChannel channel, Cancellation cancellation) implements SeekableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            cancellation.check();
            return channel.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return channel.write(source);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            channel.truncate(size);
            return this;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
