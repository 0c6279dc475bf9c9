package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.util.List;

/**
 * Where the parts of an image come from that is pushed: a store, or another repository. Implementations are
 * thread-safe.
 */
public interface ImageContent {

    /** The manifest that an index lists. */
    RawManifest manifest(Descriptor entry);

    /** The content of a config or a layer; opening it may fail if it is nowhere. */
    BlobSource blob(Descriptor blob);

    /** Repositories that are known to have the blob, and from which it can be mounted on their own registry. */
    List<RepositoryName> origins(Descriptor blob);
}
