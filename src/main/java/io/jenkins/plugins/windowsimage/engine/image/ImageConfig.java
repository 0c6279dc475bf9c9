package io.jenkins.plugins.windowsimage.engine.image;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The image config (OCI image specification, config; Docker's has the same shape).
 *
 * @param created RFC 3339 instant; null when not stated
 * @param author null when not stated
 * @param architecture Go's name, such as {@code amd64}
 * @param os {@code windows} for all that is built here
 * @param osVersion such as {@code 10.0.20348.2227}; null when not stated
 * @param osFeatures such as {@code win32k}; null when not stated
 * @param variant null when not stated
 * @param config how a container starts; never null
 * @param rootfs diff ids of the layers; never null
 * @param history base first; null when not stated
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ImageConfig(
        @JsonProperty("created") String created,
        @JsonProperty("author") String author,
        @JsonProperty("architecture") String architecture,
        @JsonProperty("os") String os,
        @JsonProperty("os.version") String osVersion,
        @JsonProperty("os.features") List<String> osFeatures,
        @JsonProperty("variant") String variant,
        @JsonProperty("config") ContainerConfig config,
        @JsonProperty("rootfs") RootFs rootfs,
        @JsonProperty("history") List<History> history) {

    public ImageConfig {
        osFeatures = osFeatures == null ? null : List.copyOf(osFeatures);
        config = config == null ? ContainerConfig.EMPTY : config;
        rootfs = rootfs == null ? RootFs.EMPTY : rootfs;
        history = history == null ? null : List.copyOf(history);
    }

    /** The config of an image with nothing in it, which {@code FROM scratch} starts from. */
    public static ImageConfig scratch(Platform platform) {
        return new ImageConfig(
                null,
                null,
                platform.architecture(),
                platform.os(),
                platform.osVersion(),
                platform.osFeatures(),
                platform.variant(),
                ContainerConfig.EMPTY,
                RootFs.EMPTY,
                List.of());
    }

    /**
     * Reads a config.
     *
     * @throws IllegalArgumentException with a sentence if the bytes are no image config
     */
    public static ImageConfig parse(byte[] json) {
        return ImageJson.read(json, ImageConfig.class, "image config");
    }

    /** What this image runs on. */
    @JsonIgnore
    public Platform platform() {
        return new Platform(architecture, os, osVersion, osFeatures, variant);
    }

    /** This config with another way to start. */
    public ImageConfig withConfig(ContainerConfig other) {
        return new ImageConfig(
                created, author, architecture, os, osVersion, osFeatures, variant, other, rootfs, history);
    }

    /** This config with other layers and the history that goes with them. */
    public ImageConfig withLayers(RootFs layers, List<History> lines) {
        return new ImageConfig(
                created, author, architecture, os, osVersion, osFeatures, variant, config, layers, lines);
    }

    /** This config made at another time. */
    public ImageConfig withCreated(String instant) {
        return new ImageConfig(
                instant, author, architecture, os, osVersion, osFeatures, variant, config, rootfs, history);
    }

    /** This config by another author. */
    public ImageConfig withAuthor(String name) {
        return new ImageConfig(
                created, name, architecture, os, osVersion, osFeatures, variant, config, rootfs, history);
    }

    /** This config for another Windows version. */
    public ImageConfig withOsVersion(String version) {
        return new ImageConfig(
                created, author, architecture, os, version, osFeatures, variant, config, rootfs, history);
    }
}
