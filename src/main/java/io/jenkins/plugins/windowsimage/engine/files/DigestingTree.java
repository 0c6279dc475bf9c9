package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A tree that notes the digests of files while they are read, so that a cache key computed afterwards stands for just what
 * was read, and computing it costs little. Thread-safe.
 */
final class DigestingTree implements FileTree {
    private final FileTree tree;
    private final DigestCache digests;

    /**
     * @param tree closed with this one
     * @param digests takes the digests of files that have a stamp; their readers take them in whole
     */
    DigestingTree(FileTree tree, DigestCache digests) {
        this.tree = tree;
        this.digests = digests;
    }

    @Override
    public Optional<FileNode> find(String path) throws IOException {
        return tree.find(path);
    }

    @Override
    public List<FileNode> children(FileNode directory) throws IOException {
        return tree.children(directory);
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        Digesting digesting = new Digesting(reader);
        tree.read(files, digesting);
        digesting.settle();
    }

    @Override
    public void close() throws IOException {
        tree.close();
    }

    /** Notes a file when the tree has found it unchanged after it was read, which is before it reads the next one. */
    private final class Digesting implements ContentReader {
        private final ContentReader reader;
        private final MessageDigest running = Digest.start();
        private final StampKeys keys = new StampKeys();
        private FileNode last;
        private byte[] lastDigest;
        private Instant lastBegin;

        private Digesting(ContentReader reader) {
            this.reader = reader;
        }

        @Override
        public void read(FileNode file, InputStream content) throws IOException {
            settle();
            if (file.stamp() == null) {
                reader.read(file, content);
                return;
            }
            Instant begin = digests.now();
            running.reset();
            DigestedContent digested = new DigestedContent(content, running);
            reader.read(file, digested);
            // A reader that left something out has not seen what the digest would stand for.
            if (digested.count == file.size()) {
                last = file;
                lastDigest = running.digest();
                lastBegin = begin;
            }
        }

        private void settle() throws IOException {
            if (last != null) {
                digests.note(last.stamp(), lastDigest, lastBegin, keys);
                last = null;
            }
        }
    }

    private static final class DigestedContent extends FilterInputStream {
        private final MessageDigest running;
        /** Without what was skipped. */
        private long count;

        private DigestedContent(InputStream in, MessageDigest running) {
            super(in);
            this.running = running;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            if (value >= 0) {
                running.update((byte) value);
                count++;
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            if (read > 0) {
                running.update(buffer, offset, read);
                count += read;
            }
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
