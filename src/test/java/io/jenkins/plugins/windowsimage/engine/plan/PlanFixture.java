package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import io.jenkins.plugins.windowsimage.engine.image.ContainerConfig;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import io.jenkins.plugins.windowsimage.engine.image.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans of small Dockerfiles, with base images that answer from memory. */
final class PlanFixture implements BaseConfigs {
    private final Map<String, ContainerConfig.Builder> configs = new LinkedHashMap<>();
    private final Map<String, String> buildArgs = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, ContextSource> contexts = new LinkedHashMap<>();
    private final java.util.Set<String> asked = new java.util.TreeSet<>();
    private Platform platform = Platform.WINDOWS_AMD64;
    private IgnoreFile ignore = IgnoreFile.NONE;
    private String target;
    private String machinePath;

    PlanFixture base(String reference, ContainerConfig.Builder config) {
        configs.put(reference, config);
        return this;
    }

    PlanFixture arg(String name, String value) {
        buildArgs.put(name, value);
        return this;
    }

    PlanFixture label(String name, String value) {
        labels.put(name, value);
        return this;
    }

    PlanFixture context(String name, String source) {
        contexts.put(name, ContextSource.parse(name, source));
        return this;
    }

    PlanFixture target(String name) {
        target = name;
        return this;
    }

    PlanFixture platform(String name) {
        platform = Platform.parse(name);
        return this;
    }

    PlanFixture machinePath(String path) {
        machinePath = path;
        return this;
    }

    PlanFixture ignore(String text) {
        ignore = IgnoreFile.parse(text);
        return this;
    }

    /** The images that were asked for, in order of their names. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    StageGraph graph(String... lines) {
        Dockerfile dockerfile = Dockerfile.parse("Dockerfile", String.join("\n", lines));
        return StageGraph.of(dockerfile, new PlanOptions(target, platform, buildArgs, labels, contexts, ignore));
    }

    BuildPlan plan(String... lines) {
        return BuildPlan.of(graph(lines), this);
    }

    @Override
    public ImageConfig config(ImageSource image, Platform wanted) {
        asked.add(image.toString());
        ContainerConfig.Builder config = configs.get(image.toString());
        Platform version = wanted.osVersion() == null && wanted.os().equals("windows")
                ? wanted.withOsVersion("10.0.20348.1")
                : wanted;
        return ImageConfig.scratch(version)
                .withConfig(config == null ? ContainerConfig.EMPTY : config.build());
    }

    @Override
    public Optional<String> machinePath(ImageSource image, Platform wanted) {
        return Optional.ofNullable(machinePath);
    }
}
