package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An image in the content store. Layers of base images need not be there: those whose origin is known are mounted or
 * streamed from it. Thread-safe.
 */
public final class StoredContent implements ImageContent {
    private final ContentStore store;
    private final RegistryClient client;
    private final Map<Digest, List<RepositoryName>> origins = new ConcurrentHashMap<>();

    public StoredContent(ContentStore store, RegistryClient client) {
        this.store = store;
        this.client = client;
    }

    /** Remembers that a repository has these blobs, such as the one that a base image was pulled from. */
    public StoredContent withOrigin(RepositoryName repository, Iterable<Descriptor> blobs) {
        for (Descriptor blob : blobs) {
            List<RepositoryName> known = origins.computeIfAbsent(blob.digest(), digest -> new CopyOnWriteArrayList<>());
            if (!known.contains(repository)) {
                known.add(repository);
            }
        }
        return this;
    }

    @Override
    public RawManifest manifest(Descriptor entry) {
        try (SeekableByteChannel channel = store.open(entry.digest())) {
            if (channel.size() > ManifestReader.MAXIMUM_SIZE) {
                throw new IOException("it is larger than " + ManifestReader.MAXIMUM_SIZE + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            if (!BlobSource.fill(channel, bytes)) {
                throw new IOException("it ends too early");
            }
            return ManifestReader.read(entry.mediaType(), bytes.array());
        } catch (IOException | IllegalArgumentException e) {
            throw new EngineException(ErrorKind.IO_ERROR,
                    "the manifest " + entry.digest() + " cannot be read from the store: " + e.getMessage(), e);
        }
    }

    @Override
    public BlobSource blob(Descriptor blob) {
        List<RepositoryName> known = origins(blob);
        return store.contains(blob.digest()) || known.isEmpty()
                ? new Stored(store, blob)
                : new RemoteBlob(client, known.get(0), blob);
    }

    @Override
    public List<RepositoryName> origins(Descriptor blob) {
        return origins.getOrDefault(blob.digest(), List.of());
    }

    private record Stored(ContentStore store, Descriptor blob) implements BlobSource {
        @Override
        public long length() {
            return blob.size();
        }

        @Override
        public ReadableByteChannel open() throws IOException {
            return store.open(blob.digest());
        }
    }
}
