package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The port to registries (OCI distribution specification 1.1). Every method throws {@link RegistryException} with a
 * sentence that names registry and repository, and {@link io.jenkins.plugins.windowsimage.engine.EngineException} of
 * kind CANCELLED once cancelled. What fails for a passing reason is tried again a bounded number of times, except
 * {@link #openBlob}, whose caller goes on where the stream broke. Thread-safe.
 */
public interface RegistryClient {

    /** Checks that the host is a registry that accepts one's credentials, if there are any. */
    void ping(String host);

    /**
     * The manifest or index that a reference names, as the bytes its digest was computed from; the digest is verified
     * against the reference and against what the registry says.
     */
    RawManifest manifest(ImageReference reference);

    /** What a reference names, without its content; empty when the registry does not have it. */
    Optional<Descriptor> headManifest(ImageReference reference);

    /**
     * Stores a manifest or index under the tag or the digest of the reference. All that it names must be there already.
     *
     * @return whether the registry listed the manifest among the referrers of its subject
     */
    boolean putManifest(ImageReference reference, RawManifest manifest);

    boolean hasBlob(RepositoryName repository, Descriptor blob);

    /**
     * Opens a blob: from the registry or one of its mirrors, and for a foreign layer from its {@code urls}, which get
     * no credentials. The content is not verified here.
     *
     * @param offset first byte wanted; {@link BlobStream#offset()} is 0 instead where ranges are not served
     */
    BlobStream openBlob(RepositoryName repository, Descriptor blob, long offset);

    /**
     * Puts a blob into a repository: mounted from another repository of the same registry if one of the candidates has
     * it, uploaded otherwise.
     *
     * @param content read again from the start when an upload has to be repeated
     * @param mountFrom candidates for a mount, on the same host
     * @param sent told the bytes of the upload so far, from any thread; starts over when the upload does
     * @return whether the blob was mounted
     */
    boolean putBlob(
            RepositoryName repository,
            Descriptor blob,
            BlobSource content,
            List<RepositoryName> mountFrom,
            LongConsumer sent);

    /** All tags of a repository, in the registry's order. */
    List<String> tags(RepositoryName repository);

    /**
     * What refers to a manifest through its {@code subject}; registries without that API are asked for the fallback
     * tag.
     */
    ImageIndex referrers(RepositoryName repository, Digest subject);

    /**
     * An open blob.
     *
     * @param offset position of the stream's first byte within the blob
     * @param content reading throws {@link IOException} when the connection breaks or is silent for too long
     */
    record BlobStream(long offset, InputStream content) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
