package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.store.DigestMismatchException;
import java.io.ByteArrayOutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** A content store without a disk. */
final class MemoryStore implements ContentStore {
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<Digest, byte[]> parts = new ConcurrentHashMap<>();

    Digest put(byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest, content);
        return digest;
    }

    /** Leaves the first bytes of a blob as an interrupted attempt would. */
    void leavePart(Digest digest, byte[] part) {
        parts.put(digest, part);
    }

    byte[] get(Digest digest) {
        return blobs.get(digest);
    }

    @Override
    public boolean contains(Digest digest) {
        return blobs.containsKey(digest);
    }

    @Override
    public long size(Digest digest) throws NoSuchFileException {
        return present(digest).length;
    }

    @Override
    public SeekableByteChannel open(Digest digest) throws NoSuchFileException {
        return new SeekableInMemoryByteChannel(present(digest));
    }

    private byte[] present(Digest digest) throws NoSuchFileException {
        byte[] content = blobs.get(digest);
        if (content == null) {
            throw new NoSuchFileException(digest.toString());
        }
        return content;
    }

    @Override
    public BlobWriter writer() {
        return new Writer(null);
    }

    @Override
    public BlobWriter resume(Descriptor expected) {
        return new Writer(expected.digest());
    }

    private final class Writer implements BlobWriter {
        private final Digest resumed;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Writer(Digest resumed) {
            this.resumed = resumed;
            if (resumed != null && parts.containsKey(resumed)) {
                content.writeBytes(parts.remove(resumed));
            }
        }

        @Override
        public long position() {
            return content.size();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            content.write(bytes, offset, length);
        }

        @Override
        public void restart() {
            content.reset();
        }

        @Override
        public Digest commit() {
            Digest digest = put(content.toByteArray());
            content.reset();
            return digest;
        }

        @Override
        public void commit(Digest expected) throws DigestMismatchException {
            byte[] all = content.toByteArray();
            content.reset();
            if (!Digest.of(all).equals(expected)) {
                throw new DigestMismatchException(expected, Digest.of(all));
            }
            blobs.put(expected, all);
        }

        @Override
        public void close() {
            if (resumed != null && content.size() > 0) {
                parts.put(resumed, content.toByteArray());
            }
        }
    }
}
