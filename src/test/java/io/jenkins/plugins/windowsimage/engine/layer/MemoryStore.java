package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** A content store for small blobs that counts how often each is opened. */
final class MemoryStore implements ContentStore {
    final Map<Digest, byte[]> blobs = new HashMap<>();
    final Map<Digest, Integer> opened = new HashMap<>();
    int unfinished;

    Digest put(byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest, content);
        return digest;
    }

    byte[] get(LayerBlob layer) {
        return blobs.get(layer.descriptor().digest());
    }

    @Override
    public boolean contains(Digest digest) {
        return blobs.containsKey(digest);
    }

    @Override
    public long size(Digest digest) throws IOException {
        return find(digest).length;
    }

    @Override
    public synchronized SeekableByteChannel open(Digest digest) throws IOException {
        opened.merge(digest, 1, Integer::sum);
        return new SeekableInMemoryByteChannel(find(digest));
    }

    private byte[] find(Digest digest) throws IOException {
        byte[] blob = blobs.get(digest);
        if (blob == null) {
            throw new NoSuchFileException(digest.toString());
        }
        return blob;
    }

    @Override
    public BlobWriter writer() {
        unfinished++;
        return new Writer();
    }

    @Override
    public BlobWriter resume(Descriptor expected) {
        return writer();
    }

    private final class Writer implements BlobWriter {
        private ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean closed;

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
            content = new ByteArrayOutputStream();
        }

        @Override
        public Digest commit() {
            return put(content.toByteArray());
        }

        @Override
        public void commit(Digest expected) throws IOException {
            if (!commit().equals(expected)) {
                throw new IOException("expected " + expected);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                unfinished--;
            }
        }
    }
}
