package io.jenkins.plugins.windowsimage.engine.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import io.jenkins.plugins.windowsimage.engine.plan.BaseConfigs;
import io.jenkins.plugins.windowsimage.engine.plan.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A JSON file that says what base images look like: a map from image reference to image config. Immutable. */
public final class BaseConfigFile implements BaseConfigs {
    private final Path file;
    private final Map<String, ImageConfig> configs = new HashMap<>();

    /**
     * Reads the file.
     *
     * @throws EngineException of kind USAGE if it cannot be read or is something else
     */
    public BaseConfigFile(Path file) {
        this.file = file;
        try {
            Map<String, ImageConfig> read = JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(Files.readAllBytes(file), new TypeReference<Map<String, ImageConfig>>() {});
            read.forEach((name, config) -> configs.put(full(name), config));
        } catch (IOException | IllegalArgumentException e) {
            throw new EngineException(
                    ErrorKind.USAGE,
                    "--base-config " + file + " cannot be read: "
                            + reason(e),
                    "it maps image references to image configs: {\"mcr.microsoft.com/windows/nanoserver:ltsc2022\": {...}}",
                    e);
        }
    }

    private static String reason(Exception failure) {
        if (failure instanceof JsonProcessingException json) {
            int line = json.getLocation() == null ? 0 : json.getLocation().getLineNr();
            return (line > 0 ? "line " + line + ": " : "") + json.getOriginalMessage();
        }
        return failure instanceof IOException io ? IoFailures.sentence(io) : failure.getMessage();
    }

    private static String full(String name) {
        try {
            return ImageReference.parse(name).toString();
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    @Override
    public ImageConfig config(ImageSource image, Platform platform) {
        ImageConfig config = configs.get(image.toString());
        if (config == null) {
            throw new EngineException(
                    ErrorKind.USAGE, "--base-config " + file + " does not say what the base image " + image + " looks like");
        }
        return config;
    }
}
