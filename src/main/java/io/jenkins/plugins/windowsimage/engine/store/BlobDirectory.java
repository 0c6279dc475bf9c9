package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The blobs of a storage root as files; their modification time says when they were last used. What is read here is
 * not leased: for those who look after the store. Stateless.
 */
final class BlobDirectory implements BlobSource {
    private static final int BUFFER = 256 * 1024;

    private final Path directory;

    BlobDirectory(StorageRoot root) {
        this.directory = root.blobs();
    }

    /** A blob that is there. */
    record Entry(Digest digest, long size, Instant lastUsed) {}

    Path path(Digest digest) {
        return directory.resolve(digest.hex());
    }

    @Override
    public boolean contains(Digest digest) {
        return Files.isRegularFile(path(digest));
    }

    @Override
    public long size(Digest digest) throws IOException {
        return Files.size(path(digest));
    }

    @Override
    public SeekableByteChannel open(Digest digest) throws IOException {
        return Files.newByteChannel(path(digest));
    }

    void touch(Digest digest) {
        try {
            Files.setLastModifiedTime(path(digest), FileTime.from(Instant.now()));
        } catch (IOException e) {
            // Blobs of another account cannot be touched; they only look older than they are.
        }
    }

    /** All blobs, in no order. Files with other names are passed over. */
    List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    if (attributes.isRegularFile()) {
                        entries.add(new Entry(
                                new Digest(file.getFileName().toString()),
                                attributes.size(),
                                attributes.lastModifiedTime().toInstant()));
                    }
                } catch (NoSuchFileException | IllegalArgumentException e) {
                    // Removed meanwhile, or no blob.
                }
            }
        }
        return entries;
    }

    /** The digest that the content of a file really has. */
    static Digest actual(Path file, Cancellation cancellation) throws IOException {
        MessageDigest running = Digest.start();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                cancellation.check();
                running.update(buffer, 0, count);
            }
        }
        return Digest.of(running);
    }
}
