package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;

/**
 * A layer in the content store.
 *
 * @param descriptor the blob as manifests name it, compressed or not
 * @param diffId digest of the uncompressed tar
 * @param uncompressedSize length of the tar in bytes; -1 when it is not known (layers of a pulled image)
 */
public record LayerBlob(Descriptor descriptor, Digest diffId, long uncompressedSize) {}
