package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerCompression;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a user asks of a build; the names are those of the command line.
 *
 * @param buildArgs values of ARG by name
 * @param target stage to build; null for the last
 * @param platform of the image; its Windows version is null unless asked for
 * @param labels added to the image
 * @param secrets files by secret id, readable for the build only
 * @param buildContexts named contexts: {@code docker-image://}, {@code oci-layout://} or a directory
 * @param hosts further host names of RUN containers: name to address
 * @param timestamp seconds since 1970 for every time in the image; null for the real times
 * @param mediaTypes null to follow the base image
 * @param sbom whether it is stated which software is in the image
 * @param provenance whether it is stated how the image was made
 * @param inlineCache whether the image carries what a later build needs to reuse its steps
 */
public record BuildOptions(
        List<ImageReference> tags,
        Map<String, String> buildArgs,
        String target,
        Platform platform,
        Map<String, String> labels,
        Map<String, Secret> secrets,
        Map<String, String> buildContexts,
        Map<String, String> hosts,
        List<CacheLocation> cacheFrom,
        List<CacheLocation> cacheTo,
        boolean inlineCache,
        boolean noCache,
        PullPolicy pull,
        boolean push,
        List<OutputTarget> outputs,
        Compression compression,
        int compressionLevel,
        MediaTypeFamily mediaTypes,
        RunRequest.Limits limits,
        String network,
        Long timestamp,
        boolean sbom,
        boolean provenance) {

    /**
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind USAGE for a compression level that there is not
     */
    public BuildOptions {
        tags = List.copyOf(tags);
        buildArgs = ordered(buildArgs);
        labels = ordered(labels);
        secrets = Map.copyOf(secrets);
        buildContexts = ordered(buildContexts);
        hosts = ordered(hosts);
        cacheFrom = List.copyOf(cacheFrom);
        cacheTo = List.copyOf(cacheTo);
        outputs = List.copyOf(outputs);
        layerCompression(compression, compressionLevel);
    }

    LayerCompression layerCompression() {
        return layerCompression(compression, compressionLevel);
    }

    private static LayerCompression layerCompression(Compression type, int level) {
        return level < 0 ? LayerCompression.of(type) : new LayerCompression(type, level);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** When base images are asked for at their registry. */
    public enum PullPolicy {
        /** Always; what is unchanged is not transferred again. */
        ALWAYS,
        /** When the store does not know the name. */
        MISSING,
        /** Never: a name that the store does not know is an error. */
        NEVER
    }

    /** Which media types an image is written with. */
    public enum MediaTypeFamily {
        OCI,
        DOCKER
    }

    /**
     * Where a secret comes from: exactly one of the two is set.
     *
     * @param file that holds it
     * @param variable of this process's environment that holds it
     */
    public record Secret(Path file, String variable) {}

    /**
     * A place that holds cached steps.
     *
     * @param directory of type local; null for a registry
     * @param reference of type registry; null for a directory
     * @param all whether steps of every stage are exported rather than those of the image alone
     */
    public record CacheLocation(Path directory, ImageReference reference, boolean all) {}

    /**
     * Where the image goes besides the store.
     *
     * @param destination file or directory
     */
    public record OutputTarget(Type type, Path destination) {
        /** The format of an output. */
        public enum Type {
            OCI_DIRECTORY,
            OCI_TAR,
            DOCKER_TAR
        }
    }
}
