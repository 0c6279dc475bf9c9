package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.build.BaseConfigFile;
import io.jenkins.plugins.windowsimage.engine.build.BuildOptions;
import io.jenkins.plugins.windowsimage.engine.build.BuildPlanning;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import io.jenkins.plugins.windowsimage.engine.plan.BaseConfigs;
import io.jenkins.plugins.windowsimage.engine.plan.BuildPlan;
import io.jenkins.plugins.windowsimage.engine.plan.ContextSource;
import io.jenkins.plugins.windowsimage.engine.plan.PlanDocument;
import io.jenkins.plugins.windowsimage.engine.plan.PlanJson;
import io.jenkins.plugins.windowsimage.engine.plan.PlanOptions;
import io.jenkins.plugins.windowsimage.engine.plan.PlanText;
import io.jenkins.plugins.windowsimage.engine.plan.StageGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code windows-image plan}. */
@Command(name = "plan", description = "Show what a Dockerfile means, without building anything.", sortOptions = false)
final class PlanCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private DockerfileOptions options;

    @Option(
            names = "--base-config",
            paramLabel = "FILE",
            description = "JSON map from image reference to image config; answers FROM without a registry.")
    private Path baseConfig;

    @Option(names = "--format", paramLabel = "text|json", defaultValue = "text", description = "Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Parameters(arity = "0..1", paramLabel = "CONTEXT|-", defaultValue = ".", description = "Directory with the Dockerfile, or - for a Dockerfile on standard input.")
    private String context;

    /** How the plan is printed. */
    enum Format {
        text,
        json
    }

    @Override
    public Integer call() throws IOException {
        String text;
        try {
            text = options.text(context);
        } catch (EngineException e) {
            return report(PlanJson.of(e), e);
        }
        Dockerfile dockerfile;
        try {
            dockerfile = Dockerfile.parse(options.name(context), text);
        } catch (EngineException e) {
            return report(PlanJson.of(text, e), e);
        }
        StageGraph graph;
        try {
            Map<String, ContextSource> contexts = new LinkedHashMap<>();
            options.buildContexts().forEach((name, source) -> contexts.put(name, ContextSource.parse(name, source)));
            graph = StageGraph.of(dockerfile, new PlanOptions(
                    options.target(), options.platform(), options.buildArgs(), options.labels(), contexts, IgnoreFile.NONE));
        } catch (EngineException e) {
            return report(PlanJson.of(dockerfile, e), e);
        }
        try {
            BuildPlan plan = plan(graph);
            if (plan.failure() != null || format == Format.json) {
                return report(PlanJson.of(plan), plan.failure());
            }
            engineOptions.common().out().print(PlanText.of(plan));
            return 0;
        } catch (EngineException e) {
            return report(PlanJson.of(dockerfile, e), e);
        }
    }

    private BuildPlan plan(StageGraph graph) throws IOException {
        if (baseConfig != null || graph.baseImages().isEmpty()) {
            BaseConfigs bases = baseConfig == null
                    ? (image, platform) -> {
                        throw Usage.error("the base image " + image + " of a trigger is not known; add --base-config");
                    }
                    : new BaseConfigFile(baseConfig);
            return BuildPlan.of(graph, bases);
        }
        try (Engine engine = engineOptions.open()) {
            String version = main.machine().windowsVersion().orElse(null);
            return BuildPlan.of(graph, BuildPlanning.baseConfigs(
                    engine, BuildOptions.PullPolicy.MISSING, version, event -> { }, Clock.systemUTC()));
        }
    }

    private int report(PlanDocument document, EngineException failure) {
        if (format == Format.json) {
            engineOptions.common().out().println(PlanJson.write(document));
        }
        if (failure == null) {
            return 0;
        }
        if (format == Format.text) {
            ErrorReport.print(engineOptions.common().err(), failure);
        }
        return failure.kind().exitCode();
    }
}
