package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Reads manifests and configs out of a content store. Thread-safe. */
public final class StoredManifests {
    /** The limit that registries keep to for manifests; configs are of the same order. */
    private static final int MAXIMUM_SIZE = 16 << 20;

    private final ContentStore store;

    public StoredManifests(ContentStore store) {
        this.store = store;
    }

    /** The manifest or index that a descriptor names. */
    public RawManifest manifest(Descriptor descriptor) {
        return new RawManifest(descriptor.mediaType(), bytes(descriptor.digest()));
    }

    /** The config of the image with this manifest. */
    public ImageConfig config(Manifest manifest) {
        try {
            return ImageConfig.parse(bytes(manifest.config().digest()));
        } catch (IllegalArgumentException e) {
            throw unreadable(manifest.config().digest(), e);
        }
    }

    /** Whether manifest and config, and for an index those of all its images, are here. */
    public boolean isReadable(Descriptor descriptor) {
        if (!store.contains(descriptor.digest())) {
            return false;
        }
        RawManifest raw = manifest(descriptor);
        return raw.isIndex()
                ? raw.index().manifests().stream().allMatch(this::isReadable)
                : store.contains(raw.manifest().config().digest());
    }

    byte[] bytes(Digest digest) {
        try (SeekableByteChannel channel = store.open(digest)) {
            if (channel.size() > MAXIMUM_SIZE) {
                throw new IOException("it is larger than " + MAXIMUM_SIZE + " bytes");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) channel.size());
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                continue;
            }
            return buffer.array();
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
    }

    private static EngineException unreadable(Digest digest, Exception cause) {
        return new EngineException(
                ErrorKind.IO_ERROR, digest + " cannot be read from the store: " + cause.getMessage(), cause);
    }
}
