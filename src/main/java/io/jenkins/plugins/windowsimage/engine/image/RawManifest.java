package io.jenkins.plugins.windowsimage.engine.image;

import java.util.Arrays;
import java.util.List;

/**
 * A manifest or index as the bytes that its digest was computed from. These bytes are stored and pushed as they are, never
 * written anew from the parsed form: any other spelling of the same JSON has another digest.
 *
 * @param mediaType media type under which it is served
 * @param bytes the JSON text, not to be changed
 */
public record RawManifest(String mediaType, byte[] bytes) {

    public static RawManifest of(Manifest manifest) {
        return new RawManifest(manifest.mediaType(), ImageJson.write(manifest));
    }

    public static RawManifest of(ImageIndex index) {
        return new RawManifest(index.mediaType(), ImageJson.write(index));
    }

    public Digest digest() {
        return Digest.of(bytes);
    }

    public Descriptor descriptor() {
        return Descriptor.of(mediaType, bytes);
    }

    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }

    /**
     * The parsed manifest of a single image.
     *
     * @throws IllegalArgumentException with a sentence if the bytes are no manifest
     */
    public Manifest manifest() {
        Manifest manifest = ImageJson.read(bytes, Manifest.class, "image manifest");
        if (manifest.config() == null || manifest.schemaVersion() != 2) {
            throw new IllegalArgumentException("not an image manifest of schema version 2: it names no config");
        }
        requireComplete(List.of(manifest.config()));
        requireComplete(manifest.layers());
        return manifest;
    }

    /**
     * The parsed index.
     *
     * @throws IllegalArgumentException with a sentence if the bytes are no index
     */
    public ImageIndex index() {
        ImageIndex index = ImageJson.read(bytes, ImageIndex.class, "image index");
        requireComplete(index.manifests());
        return index;
    }

    private static void requireComplete(List<Descriptor> descriptors) {
        for (int i = 0; i < descriptors.size(); i++) {
            Descriptor descriptor = descriptors.get(i);
            if (descriptor.digest() == null || descriptor.mediaType() == null || descriptor.size() < 0) {
                throw new IllegalArgumentException("entry " + i + " lacks its digest, size or media type");
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawManifest that
                && mediaType.equals(that.mediaType)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return mediaType + " " + digest();
    }
}
