package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageJson;
import io.jenkins.plugins.windowsimage.engine.image.Manifest;
import io.jenkins.plugins.windowsimage.engine.image.MediaTypes;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import io.jenkins.plugins.windowsimage.engine.image.RootFs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An image of random layers.
 *
 * @param raw its manifest
 * @param config its config
 * @param layers contents of its layers, which are never unpacked here
 */
public record TestImage(RawManifest raw, byte[] config, List<byte[]> layers) {
    public static final Platform PLATFORM = Platform.parse("windows(10.0.20348.2227)/amd64");

    public static TestImage random(int seed, int... sizes) {
        return of(PLATFORM, seed, sizes);
    }

    public static TestImage of(Platform platform, int seed, int... sizes) {
        Random random = new Random(seed);
        List<byte[]> layers = new ArrayList<>();
        List<Descriptor> descriptors = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (int size : sizes) {
            byte[] layer = new byte[size];
            random.nextBytes(layer);
            layers.add(layer);
            descriptors.add(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, layer));
            diffIds.add(Digest.of(layer));
        }
        byte[] config = ImageJson.write(
                ImageConfig.scratch(platform).withLayers(new RootFs("layers", diffIds), List.of()));
        RawManifest raw = RawManifest.of(Manifest.of(
                MediaTypes.OCI_MANIFEST, Descriptor.of(MediaTypes.OCI_CONFIG, config), descriptors));
        return new TestImage(raw, config, layers);
    }

    /** A store that has all of it. */
    MemoryStore stored() {
        return storedIn(new MemoryStore());
    }

    MemoryStore storedIn(MemoryStore store) {
        store.put(raw.bytes());
        store.put(config);
        layers.forEach(store::put);
        return store;
    }

    public Descriptor layer(int position) {
        return raw.manifest().layers().get(position);
    }

    /** The entry of this image in an index. */
    public Descriptor entry() {
        return raw.descriptor().withPlatform(ImageConfig.parse(config).platform());
    }
}
