package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;

/**
 * A blob of a repository as the content of an upload. Whoever takes the upload verifies its digest.
 *
 * @param client how the repository is reached
 * @param repository where the blob is
 */
record RemoteBlob(RegistryClient client, RepositoryName repository, Descriptor blob) implements BlobSource {

    @Override
    public long length() {
        return blob.size();
    }

    @Override
    public ReadableByteChannel open() {
        return Channels.newChannel(client.openBlob(repository, blob, 0).content());
    }
}
