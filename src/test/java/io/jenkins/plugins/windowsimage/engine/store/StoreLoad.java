package io.jenkins.plugins.windowsimage.engine.store;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/**
 * Works with a store the way builds do, in this process or in one of its own. Few different images, so that several
 * at once often want the same blobs.
 */
final class StoreLoad {
    private static final int IMAGES = 5;
    private static final PruneOptions EVERYTHING = new PruneOptions(null, 0, true, false);

    private final StorageRoot root;
    private final ImageNames names;
    private final InstructionCache cache;
    private final Random random;

    StoreLoad(StorageRoot root, long seed) {
        this.root = root;
        this.names = new ImageNames(root);
        this.cache = new InstructionCache(root);
        this.random = new Random(seed);
    }

    /** One build, with a pruner that often runs in the middle of it. */
    void build() throws IOException {
        new Leftovers(root).sweep(directory -> { });
        int number = random.nextInt(IMAGES);
        ImageReference name = ImageReference.parse("example.org/load:" + number);
        Digest key = Digest.of("step " + number);
        try (DiskContentStore store = new DiskContentStore(root);
                BuildDirectory directory = BuildDirectory.create(root, BuildId.next())) {
            Files.writeString(directory.path().resolve("scratch"), "x");
            Optional<CachedStep> step = cache.find(key, store);
            if (step.isPresent()) {
                store.verify(step.get().layer().digest());
            }
            SampleImage image = SampleImage.in(store, "base", "layer " + number, "x".repeat(100_000 + number));
            download(store, number);
            maybePrune();
            cache.put(key, CachedStep.of(image.layers().get(1), image.diffIds().get(1), 1, Instant.now()));
            names.put(name, image.root(), Instant.now(), null);
            maybePrune();
            // Whatever others did meanwhile, what this build uses is all there.
            for (Descriptor blob : new ImageGraph(store).complete(image.root())) {
                store.verify(blob.digest());
            }
        }
        if (random.nextInt(4) == 0) {
            names.remove(name);
        }
    }

    private void download(DiskContentStore store, int number) throws IOException {
        byte[] content = new byte[50_000 + number];
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, content);
        try (BlobWriter writer = store.resume(blob)) {
            int rest = (int) (blob.size() - writer.position());
            int now = random.nextBoolean() ? rest : rest / 2;
            writer.write(content, (int) writer.position(), now);
            if (now == rest) {
                writer.commit(blob.digest());
            }
        }
    }

    private void maybePrune() throws IOException {
        if (random.nextInt(3) == 0) {
            new Pruner(root).prune(random.nextBoolean() ? EVERYTHING : PruneOptions.UNNAMED);
        }
    }

    /** Arguments: storage root, seed, number of builds. Prints a line after each. */
    public static void main(String... arguments) throws IOException {
        StoreLoad load = new StoreLoad(new StorageRoot(Path.of(arguments[0])), Long.parseLong(arguments[1]));
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            load.build();
            System.out.println(i);
        }
    }
}
