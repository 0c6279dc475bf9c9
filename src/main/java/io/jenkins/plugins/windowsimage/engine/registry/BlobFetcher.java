package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.store.BlobWriter;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import io.jenkins.plugins.windowsimage.engine.store.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Fetches single blobs into the content store: goes on where an earlier attempt stopped, checks size and digest on the
 * way, and tries again while that makes progress. Thread-safe.
 */
final class BlobFetcher {
    private static final int BUFFER = 256 * 1024;
    /** An attempt that came this much farther than all before it does not count as failed. */
    private static final long PROGRESS = 1 << 20;

    private final RegistryClient client;
    private final ContentStore store;
    private final RetryPolicy retry;
    private final Cancellation cancellation;
    private final TransferProgress progress;

    BlobFetcher(
            RegistryClient client,
            ContentStore store,
            RetryPolicy retry,
            Cancellation cancellation,
            TransferProgress progress) {
        this.client = client;
        this.store = store;
        this.retry = retry;
        this.cancellation = cancellation;
        this.progress = progress;
    }

    void fetch(RepositoryName repository, Descriptor blob) {
        if (isHere(blob)) {
            progress.done(blob, TransferProgress.Outcome.EXISTED);
            return;
        }
        RetryPolicy.Attempts attempts = retry.start(cancellation);
        // The farthest that any attempt came: one that starts over and stops short of it makes no progress.
        long reached = -1;
        while (true) {
            cancellation.check();
            try (BlobWriter writer = store.resume(blob)) {
                reached = Math.max(reached, writer.position());
                try {
                    receive(repository, blob, writer);
                    progress.done(blob, TransferProgress.Outcome.TRANSFERRED);
                    return;
                } catch (RegistryException e) {
                    if (writer.position() - reached >= PROGRESS) {
                        attempts.progressed();
                        reached = writer.position();
                    }
                    attempts.failed(e);
                }
            } catch (IOException e) {
                cancellation.check();
                throw unwritable(blob, e);
            }
        }
    }

    /** One of another length is damaged, or the manifest lies about it, which shows when it is fetched. */
    private boolean isHere(Descriptor blob) {
        try {
            return store.contains(blob);
        } catch (IOException e) {
            throw new EngineException(ErrorKind.IO_ERROR,
                    "the blob " + blob.digest() + " cannot be read from the store: " + e.getMessage(), e);
        }
    }

    private void receive(RepositoryName repository, Descriptor blob, BlobWriter writer) throws IOException {
        if (writer.position() > blob.size()) {
            writer.restart();
        }
        if (writer.position() < blob.size() || blob.size() == 0) {
            try (RegistryClient.BlobStream stream = client.openBlob(repository, blob, writer.position())) {
                if (stream.offset() != writer.position()) {
                    writer.restart();
                }
                copy(repository, blob, stream.content(), writer);
            }
        }
        try {
            writer.commit(blob.digest());
        } catch (DigestMismatchException e) {
            throw RegistryException.of(ErrorKind.REGISTRY_ERROR,
                    "the registry " + repository.host() + " sent wrong content for " + repository + ": "
                            + e.getMessage(),
                    null, e, RegistryException.Retry.ONCE);
        }
    }

    private void copy(RepositoryName repository, Descriptor blob, InputStream content, BlobWriter writer)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            int count = read(repository, blob, content, buffer, writer.position());
            if (count < 0) {
                break;
            }
            if (writer.position() + count > blob.size()) {
                writer.restart();
                throw RegistryException.of(ErrorKind.REGISTRY_ERROR,
                        "the registry " + repository.host() + " sends more than the " + blob.size() + " bytes of blob "
                                + blob.digest() + " of " + repository,
                        null, null, RegistryException.Retry.ONCE);
            }
            writer.write(buffer, 0, count);
            progress.transferred(blob, writer.position());
            cancellation.check();
        }
        if (writer.position() < blob.size()) {
            throw truncated(repository, blob, writer.position(), null);
        }
    }

    /** Fills the buffer as far as content comes, so that the store writes large pieces; -1 at the end. */
    private int read(RepositoryName repository, Descriptor blob, InputStream content, byte[] buffer, long position) {
        int filled = 0;
        try {
            while (filled < buffer.length) {
                int count = content.read(buffer, filled, buffer.length - filled);
                if (count < 0) {
                    break;
                }
                filled += count;
            }
        } catch (IOException e) {
            cancellation.check();
            if (filled == 0) {
                throw truncated(repository, blob, position, e);
            }
            // What came is kept; the next read fails again.
        }
        return filled == 0 ? -1 : filled;
    }

    private static RegistryException truncated(
            RepositoryName repository, Descriptor blob, long position, IOException cause) {
        boolean silent = cause instanceof java.net.http.HttpTimeoutException;
        String why = cause == null ? "" : " (" + HttpFailures.clean(String.valueOf(cause.getMessage())) + ")";
        return RegistryException.of(ErrorKind.REGISTRY_ERROR,
                "the registry " + repository.host() + (silent ? " fell silent" : " broke off") + " after " + position
                        + " of the " + blob.size() + " bytes of blob " + blob.digest() + " of " + repository + why,
                null, cause, silent ? RegistryException.Retry.ONCE : RegistryException.Retry.OFTEN);
    }

    private static EngineException unwritable(Descriptor blob, IOException cause) {
        return new EngineException(ErrorKind.IO_ERROR,
                "the blob " + blob.digest() + " cannot be written to the store: " + cause.getMessage(),
                "check free space and permissions of the storage root", cause);
    }
}
