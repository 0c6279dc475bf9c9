package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.registry.ImagePusher;
import io.jenkins.plugins.windowsimage.engine.registry.RepositoryName;
import io.jenkins.plugins.windowsimage.engine.registry.StoredContent;
import io.jenkins.plugins.windowsimage.engine.store.StoredReferrers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Brings what the store has about an image after the image itself into the repositories that it was pushed to. */
final class ReferrerPush {
    private final Engine engine;
    private final StoredManifests manifests;
    private final StoredReferrers referrers;

    ReferrerPush(Engine engine) {
        this.engine = engine;
        this.manifests = new StoredManifests(engine.store());
        this.referrers = new StoredReferrers(engine.root());
    }

    /**
     * Pushes all referrers of an image, or of an index and all that it lists.
     *
     * @param names under which it was pushed
     * @return length of the blobs that were sent, in bytes
     */
    long push(RawManifest root, List<ImageReference> names, ImagePusher pusher) throws IOException {
        List<RawManifest> found = new ArrayList<>();
        collect(root, found);
        if (found.isEmpty()) {
            return 0;
        }
        Set<RepositoryName> repositories = new LinkedHashSet<>();
        names.forEach(name -> repositories.add(RepositoryName.of(name)));
        long sent = 0;
        for (RepositoryName repository : repositories) {
            engine.cancellation().check();
            sent += pusher.attach(found, new StoredContent(engine.store(), engine.registry()), repository);
        }
        return sent;
    }

    private void collect(RawManifest raw, List<RawManifest> found) throws IOException {
        for (Descriptor referrer : referrers.of(raw.digest())) {
            found.add(manifests.manifest(referrer));
        }
        if (raw.isIndex()) {
            for (Descriptor entry : raw.index().manifests()) {
                if (engine.store().contains(entry.digest())) {
                    collect(manifests.manifest(entry), found);
                }
            }
        }
    }
}
