package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;

/**
 * A repository of a registry.
 *
 * @param host registry host with its port, as in {@link ImageReference#host()}
 * @param path path within the registry, such as {@code library/hello}
 */
public record RepositoryName(String host, String path) {

    public static RepositoryName of(ImageReference reference) {
        return new RepositoryName(reference.host(), reference.repository());
    }

    /** The image with exactly this content in this repository. */
    public ImageReference at(Digest digest) {
        return new ImageReference(host, path, null, digest);
    }

    /** The image under this tag in this repository. */
    public ImageReference tagged(String tag) {
        return new ImageReference(host, path, tag, null);
    }

    /** {@code host/path}. */
    @Override
    public String toString() {
        return host + "/" + path;
    }
}
