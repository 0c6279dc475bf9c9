package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageIndex;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts several images, usually for several Windows versions, under one name. Architecture and Windows version of each come from
 * its config, because that is what a host compares.
 */
public final class IndexCreation {
    private final Engine engine;
    private final Clock clock;

    public IndexCreation(Engine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /**
     * Makes the index and names it in the store.
     *
     * @param sources images and indexes, in the store or in registries; the images of an index are taken one by one
     * @throws EngineException of kind USAGE if two images are for the same platform
     */
    public RawManifest create(ImageReference name, List<String> sources) throws IOException {
        List<Descriptor> entries = new ArrayList<>();
        for (String source : sources) {
            FoundImage found = FoundImage.find(engine, source);
            for (FoundImage.Image image : found.images()) {
                add(entries, image.descriptor().withPlatform(image.config().platform()), source);
            }
            if (!found.stored()) {
                engine.names().put(StoredImage.pulled(found.name(), found.root().descriptor(), clock.instant()));
            }
        }
        boolean docker = entries.stream().allMatch(entry -> MediaTypes.isDocker(entry.mediaType()));
        RawManifest index =
                RawManifest.of(ImageIndex.of(docker ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX, entries));
        ContentWriting.write(engine.store(), index.bytes());
        engine.names().put(name, index.descriptor(), clock.instant(), null);
        return index;
    }

    private static void add(List<Descriptor> entries, Descriptor entry, String source) {
        for (Descriptor other : entries) {
            if (other.digest().equals(entry.digest())) {
                return;
            }
            if (other.platform().equals(entry.platform())) {
                throw new EngineException(
                        ErrorKind.USAGE,
                        source + " is for " + entry.platform() + ", and so is another image of the index",
                        "a client could not tell the two apart; leave one out",
                        null);
            }
        }
        entries.add(entry);
    }
}
