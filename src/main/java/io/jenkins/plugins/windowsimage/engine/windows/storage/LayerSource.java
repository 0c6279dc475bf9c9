package io.jenkins.plugins.windowsimage.engine.windows.storage;

import io.jenkins.plugins.windowsimage.engine.layer.LayerBlob;
import io.jenkins.plugins.windowsimage.engine.store.BlobSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;

/** Where the blobs of layers come from: a store, or a download that is still going on. Thread-safe. */
@FunctionalInterface
public interface LayerSource {

    /**
     * Opens the blob of a layer from its start; reads may wait for bytes to arrive, and then hold up one of the
     * storage's workers. What is read is checked against the diff id. Called again when unpacking is tried again.
     */
    InputStream open(LayerBlob layer) throws IOException;

    /** The blobs of a store. */
    static LayerSource of(BlobSource blobs) {
        return layer -> Channels.newInputStream(blobs.open(layer.descriptor().digest()));
    }
}
