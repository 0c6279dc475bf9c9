package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The blobs of a storage root. Each build, push or pull opens a store of its own: every blob that it found, opened
 * or wrote through it is leased, which means that no {@link Pruner} of any process removes it, nor what a leased
 * manifest names, before the store is closed or its process dies.
 *
 * <p>Thread-safe, and safe for several stores and processes at once.
 */
public final class DiskContentStore implements ContentStore, Closeable {
    private final StorageRoot root;
    private final BlobDirectory blobs;
    private final Lease lease;
    private final BlockTable blocks;

    public DiskContentStore(StorageRoot root) {
        this.root = root;
        this.blobs = new BlobDirectory(root);
        this.lease = new Lease(root);
        this.blocks = new BlockTable(root.blocks(), this);
    }

    @Override
    public boolean contains(Digest digest) {
        try {
            return use(digest);
        } catch (IOException e) {
            throw WriteFailure.explain("a lease", root.leases(), e);
        }
    }

    @Override
    public long size(Digest digest) throws IOException {
        use(digest);
        return Files.size(blobs.path(digest));
    }

    @Override
    public SeekableByteChannel open(Digest digest) throws IOException {
        return openFile(digest);
    }

    FileChannel openFile(Digest digest) throws IOException {
        if (!use(digest)) {
            throw new NoSuchFileException(digest.toString(), null, "not in the store " + root);
        }
        return FileChannel.open(blobs.path(digest));
    }

    @Override
    public KnownBlocks blocks() {
        return blocks;
    }

    @Override
    public boolean link(Digest digest, Path target) throws IOException {
        if (!use(digest)) {
            return false;
        }
        try {
            Files.createLink(target, blobs.path(digest));
            return true;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // Another disk, or a file system without links: a copy does as well.
            return false;
        }
    }

    @Override
    public BlobWriter writer() throws IOException {
        return begin(null);
    }

    @Override
    public BlobWriter resume(Descriptor expected) throws IOException {
        return begin(expected);
    }

    /**
     * Reads a blob through and compares its content with its digest.
     *
     * @throws NoSuchFileException if it is not here
     * @throws EngineException of kind IO_ERROR if the content is another
     */
    public void verify(Digest digest) throws IOException {
        if (!use(digest)) {
            throw new NoSuchFileException(digest.toString(), null, "not in the store " + root);
        }
        Digest actual = BlobDirectory.actual(blobs.path(digest), new Cancellation());
        if (!actual.equals(digest)) {
            throw new EngineException(
                    ErrorKind.IO_ERROR,
                    "the blob " + digest + " in the store " + root + " is damaged: its content has the digest "
                            + actual,
                    "run windows-image fsck --repair, then pull or build the image again",
                    null);
        }
    }

    /** Ends the lease; the blobs stay until somebody prunes them. */
    @Override
    public void close() throws IOException {
        try (blocks) {
            lease.close();
        }
    }

    private BlobWriter begin(Descriptor expected) throws IOException {
        try {
            Optional<TemporaryFile> partial =
                    expected == null ? Optional.empty() : TemporaryFile.partial(root, expected.digest());
            TemporaryFile file = partial.isPresent() ? partial.get() : TemporaryFile.create(root);
            return new DiskBlobWriter(this, file, expected);
        } catch (IOException e) {
            throw WriteFailure.explain("a blob", root.incoming(), e);
        }
    }

    /** Leases the blob if it is here. */
    private boolean use(Digest digest) throws IOException {
        if (!blobs.contains(digest)) {
            return false;
        }
        if (lease.holds(digest)) {
            return true;
        }
        try (StoreLocks.Held using = root.locks().using()) {
            if (!blobs.contains(digest)) {
                return false;
            }
            hold(digest);
            blobs.touch(digest);
            return true;
        }
    }

    private void hold(Digest digest) {
        try {
            lease.add(digest);
        } catch (IOException e) {
            throw WriteFailure.explain("a lease", root.leases(), e);
        }
    }

    /** Makes a whole and durable file the blob of this digest, and leases it. */
    void publish(TemporaryFile file, Digest digest, long size) throws IOException {
        Path blob = blobs.path(digest);
        try (StoreLocks.Held using = root.locks().using()) {
            hold(digest);
            if (blobs.contains(digest) && Files.size(blob) == size) {
                // Somebody else was faster; equal digests mean equal content.
                blobs.touch(digest);
                file.discard();
                return;
            }
            file.moveTo(blob);
            makeReadOnly(blob);
            DurableFiles.syncDirectory(blob.getParent());
        }
    }

    /** Blobs are linked into exported layouts: nobody shall change them in place. */
    private static void makeReadOnly(Path file) throws IOException {
        PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (posix != null) {
            posix.setPermissions(PosixFilePermissions.fromString("r--r--r--"));
        }
    }
}
