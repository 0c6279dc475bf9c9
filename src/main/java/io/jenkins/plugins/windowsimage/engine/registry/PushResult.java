package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.util.List;

/**
 * What a push did.
 *
 * @param pushed the references, in the order asked for, each with the digest it now names
 * @param uploadedBytes bytes of blobs that were sent
 * @param mountedBytes bytes of blobs that registries took from other repositories of theirs
 * @param existingBytes bytes of blobs that were there already
 */
public record PushResult(List<Pushed> pushed, long uploadedBytes, long mountedBytes, long existingBytes) {

    public PushResult {
        pushed = List.copyOf(pushed);
    }

    /**
     * One reference and what it now names.
     *
     * @param reference with its tag
     */
    public record Pushed(ImageReference reference, Digest digest) {}
}
