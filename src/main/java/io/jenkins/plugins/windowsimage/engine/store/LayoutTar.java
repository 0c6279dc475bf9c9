package io.jenkins.plugins.windowsimage.engine.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** An OCI image layout as an uncompressed tar: its entries are found once and then read in place. */
final class LayoutTar implements OciLayout.BlobFiles {
    private static final int MAXIMUM_ENTRIES = 100_000;

    private final FileChannel channel;
    private final Map<String, Extent> extents = new HashMap<>();

    private record Extent(long start, long length) {}

    LayoutTar(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            scan(file);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void scan(Path file) throws IOException {
        byte[] start = new byte[2];
        if (channel.read(ByteBuffer.wrap(start), 0) == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
            throw new IOException("it is compressed; unpack it with gzip -d first");
        }
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                new BufferedInputStream(Channels.newInputStream(new Section(channel, 0, channel.size()))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
                boolean wanted = name.equals(OciLayout.VERSION_FILE)
                        || name.equals(OciLayout.INDEX_FILE)
                        || name.startsWith(OciLayout.BLOBS);
                if (wanted && entry.isFile() && !entry.isSparse()) {
                    Extent extent = new Extent(tar.getBytesRead(), entry.getSize());
                    if (extent.start() + extent.length() > channel.size()) {
                        throw new IOException("it ends in the middle of " + name);
                    }
                    extents.put(name, extent);
                    if (extents.size() > MAXIMUM_ENTRIES) {
                        throw new IOException("it has more than " + MAXIMUM_ENTRIES + " blobs");
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no tar: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean contains(String name) {
        return extents.containsKey(name);
    }

    @Override
    public Optional<SeekableByteChannel> find(String name) {
        return Optional.ofNullable(extents.get(name))
                .map(extent -> new Section(channel, extent.start(), extent.length()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** A part of a file as a channel of its own; closing it leaves the file open. */
    private static final class Section implements SeekableByteChannel {
        private final FileChannel file;
        private final long start;
        private final long length;
        private long position;
        private boolean closed;

        Section(FileChannel file, long start, long length) {
            this.file = file;
            this.start = start;
            this.length = length;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (position >= length) {
                return -1;
            }
            ByteBuffer window = target.duplicate();
            window.limit(window.position() + (int) Math.min(window.remaining(), length - position));
            int count = file.read(window, start + position);
            if (count > 0) {
                target.position(target.position() + count);
                position += count;
            }
            return count;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long other) {
            position = other;
            return this;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
