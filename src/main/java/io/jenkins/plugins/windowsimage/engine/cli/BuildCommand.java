package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.build.BuildContext;
import io.jenkins.plugins.windowsimage.engine.build.BuildListener;
import io.jenkins.plugins.windowsimage.engine.build.BuildOptions;
import io.jenkins.plugins.windowsimage.engine.build.BuildResult;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.ImageBuild;
import io.jenkins.plugins.windowsimage.engine.build.IoFailures;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.layer.Compression;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code windows-image build}. */
@Command(name = "build", description = "Build an image from a Dockerfile.", sortOptions = false)
final class BuildCommand implements Callable<Integer> {
    /** Of the year 9999: the last that a time in an image config can have (RFC 3339). */
    private static final long LAST_SECOND = 253_402_300_799L;

    @ParentCommand
    private Main main;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private DockerfileOptions dockerfile;

    @Option(names = {"-t", "--tag"}, paramLabel = "NAME", description = "Name for the image; may be repeated.")
    private List<String> tags = List.of();

    @Option(names = "--secret", paramLabel = "id=ID,src=FILE|env=NAME", description = "Secret for RUN --mount=type=secret; never stored.")
    private List<String> secrets = List.of();

    @Option(names = "--add-host", paramLabel = "HOST:IP", description = "Further host name in RUN containers.")
    private List<String> hosts = List.of();

    @Option(names = "--cache-from", paramLabel = "SOURCE", description = "Reuse steps: type=local,src=DIR or type=registry,ref=NAME.")
    private List<String> cacheFrom = List.of();

    @Option(
            names = "--cache-to",
            paramLabel = "TARGET",
            description = "Export steps: type=local,dest=DIR, type=registry,ref=NAME or type=inline; mode=min|max.")
    private List<String> cacheTo = List.of();

    @Option(names = "--no-cache", description = "Do not reuse steps of earlier builds.")
    private boolean noCache;

    @Option(
            names = "--pull",
            paramLabel = "always|missing|never",
            defaultValue = "missing",
            preprocessor = PullOption.class,
            converter = PullOption.class,
            description = "When to ask the registry for base images (default: ${DEFAULT-VALUE}).")
    private BuildOptions.PullPolicy pull;

    @Option(names = "--push", description = "Push every tag when the image is built.")
    private boolean push;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "type=oci|docker|registry,dest=PATH",
            description = "Also write the image as an OCI layout (a directory, or a tar when dest ends in .tar), a docker archive, or push it.")
    private List<String> outputs = List.of();

    @Option(names = "--compression", paramLabel = "gzip|zstd", defaultValue = "gzip", description = "Of new layers (default: ${DEFAULT-VALUE}).")
    private Compression compression;

    @Option(names = "--compression-level", paramLabel = "N", defaultValue = "-1", description = "1 is fast, 9 (gzip) or 19 (zstd) is small.")
    private int compressionLevel;

    @Option(names = "--media-types", paramLabel = "oci|docker", description = "Media types of the image (default: those of the base image).")
    private BuildOptions.MediaTypeFamily mediaTypes;

    @Option(names = "--timestamp", paramLabel = "SECONDS", description = "Every time in the image, in seconds since 1970 (default: SOURCE_DATE_EPOCH).")
    private String timestamp;

    @Option(
            names = "--sbom",
            arity = "0..1",
            fallbackValue = "true",
            description = "State which software is in the image (CycloneDX), attached to it as a referrer.")
    private boolean sbom;

    @Option(
            names = "--provenance",
            arity = "0..1",
            fallbackValue = "true",
            description = "State how the image was made (SLSA provenance), attached to it as a referrer.")
    private boolean provenance;

    @Option(names = "--isolation", paramLabel = "auto|process|hyperv", defaultValue = "auto", description = "Of RUN containers (default: ${DEFAULT-VALUE}).")
    private RunRequest.Isolation isolation;

    @Option(names = "--network", paramLabel = "nat|none|NAME", defaultValue = "nat", description = "Of RUN containers (default: ${DEFAULT-VALUE}).")
    private String network;

    @Option(names = {"-m", "--memory"}, paramLabel = "SIZE", description = "Of RUN containers, such as 4g.")
    private String memory;

    @Option(names = "--cpus", paramLabel = "N", defaultValue = "0", description = "Of RUN containers.")
    private double cpus;

    @Option(names = "--scratch-size", paramLabel = "SIZE", description = "Of the disk that RUN writes to, such as 40g.")
    private String scratchSize;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "For each RUN, such as 90s, 30m or 2h.")
    private String timeout;

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|tty|json",
            defaultValue = "auto",
            description = "What standard output shows (default: ${DEFAULT-VALUE}).")
    private Progress progress;

    @Option(names = {"-q", "--quiet"}, description = "Print nothing but the image's digest.")
    private boolean quiet;

    @Option(names = "--progress-file", paramLabel = "FILE", description = "Write every event to this file, one JSON object a line.")
    private Path progressFile;

    @Option(names = "--metadata-file", paramLabel = "FILE", description = "Write the result to this file as JSON, whatever the end was.")
    private Path metadataFile;

    @Option(names = "--iidfile", paramLabel = "FILE", description = "Write the image id (digest of the config) to this file.")
    private Path iidFile;

    @Parameters(arity = "0..1", paramLabel = "CONTEXT|-", defaultValue = ".", description = "Directory with the files to build from, or - for a tar on standard input.")
    private String context;

    @Override
    public Integer call() throws IOException {
        PrintStream out = engineOptions.common().out();
        BuildResult result;
        try (OutputFiles files = new OutputFiles(progressFile, metadataFile, iidFile)) {
            BuildListener shown = quiet ? event -> { } : progress.listener(out, Clock.systemUTC());
            result = run(files.and(shown));
            finish(files, result);
        }
        if (result.error() != null) {
            ErrorReport.print(engineOptions.common().err(), result.error());
            return ErrorReport.exitCode(result.error());
        }
        if (quiet) {
            out.println(result.digest());
        }
        return 0;
    }

    private static void finish(OutputFiles files, BuildResult result) {
        try {
            files.finish(result);
        } catch (EngineException e) {
            // What ended the build is told first, and most likely the same.
            if (result.error() == null) {
                throw e;
            }
        }
    }

    private BuildResult run(BuildListener listener) {
        try {
            return build(options(), listener);
        } catch (EngineException e) {
            return ImageBuild.refused(e, listener);
        } catch (IOException e) {
            return ImageBuild.refused(IoFailures.failure(e), listener);
        }
    }

    private BuildResult build(BuildOptions what, BuildListener listener) throws IOException {
        Machine machine = main.machine();
        Cancellation cancellation = machine.cancellation();
        try (Engine engine = engineOptions.open(cancellation);
                RunHost runHost = machine.runHost(engine)) {
            String version = machine.windowsVersion().orElse(null);
            return new ImageBuild(
                            engine, runHost, version, what, files(), Clock.systemUTC(), listener, cancellation)
                    .run();
        }
    }

    private BuildContext files() {
        boolean dockerfileFromInput = dockerfile.file() != null && dockerfile.file().toString().equals("-");
        Path directory = dockerfile.contextDirectory(context);
        if (directory != null) {
            return dockerfileFromInput
                    ? BuildContext.directory(directory, System.in)
                    : BuildContext.directory(directory, dockerfile.file());
        }
        if (dockerfileFromInput) {
            throw Usage.error("context and Dockerfile cannot both come from standard input");
        }
        return BuildContext.tar(System.in, dockerfile.file());
    }

    private BuildOptions options() throws IOException {
        List<OutputOption> wanted = outputs.stream().map(OutputOption::parse).toList();
        boolean pushed = push || wanted.stream().anyMatch(OutputOption::push);
        List<ImageReference> names = Usage.tags(
                Stream.concat(tags.stream(), wanted.stream().flatMap(output -> output.names().stream())).toList());
        if (pushed && names.isEmpty()) {
            throw Usage.error("--push needs a name to push to; add -t HOST/REPOSITORY:TAG");
        }
        if (mediaTypes == BuildOptions.MediaTypeFamily.DOCKER && compression == Compression.ZSTD) {
            throw Usage.error("--media-types docker cannot name layers that --compression zstd makes; leave one of the two out");
        }
        if (!dockerfile.platform().os().equals("windows")) {
            throw Usage.error("--platform " + dockerfile.platform().shortName() + ": only Windows images can be built, such as windows/amd64");
        }
        List<BuildOptions.CacheLocation> cacheTargets = new ArrayList<>();
        for (String text : cacheTo) {
            cacheTargets.add(CacheOption.target(text));
        }
        boolean inline = cacheTargets.removeIf(Objects::isNull);
        return new BuildOptions(
                names,
                dockerfile.buildArgs(),
                dockerfile.target(),
                dockerfile.platform(),
                dockerfile.labels(),
                SecretOption.parse(secrets, System.getenv()),
                dockerfile.buildContexts(),
                hostNames(),
                cacheFrom.stream().map(CacheOption::source).toList(),
                cacheTargets,
                inline,
                noCache,
                pull,
                pushed,
                OutputOption.targets(wanted),
                compression,
                compressionLevel,
                mediaTypes,
                limits(),
                network,
                timestamp(),
                sbom,
                provenance);
    }

    private Map<String, String> hostNames() {
        Map<String, String> names = new LinkedHashMap<>();
        for (String text : hosts) {
            int split = text.indexOf('=') > 0 ? text.indexOf('=') : text.indexOf(':');
            if (split <= 0 || split == text.length() - 1) {
                throw Usage.error("--add-host " + text + " is not HOST:IP");
            }
            names.put(text.substring(0, split), text.substring(split + 1));
        }
        return names;
    }

    private RunRequest.Limits limits() {
        if (cpus < 0) {
            throw Usage.error("--cpus must not be negative");
        }
        try {
            return new RunRequest.Limits(
                    isolation,
                    memory == null ? 0 : Sizes.parse(memory),
                    cpus,
                    scratchSize == null ? 0 : Sizes.parse(scratchSize),
                    timeout == null ? null : Durations.parse(timeout));
        } catch (IllegalArgumentException e) {
            throw Usage.error(e.getMessage());
        }
    }

    private Long timestamp() {
        String name = timestamp == null ? "SOURCE_DATE_EPOCH" : "--timestamp";
        String seconds = timestamp != null
                ? timestamp
                : dockerfile.buildArgs().getOrDefault("SOURCE_DATE_EPOCH", System.getenv("SOURCE_DATE_EPOCH"));
        if (seconds == null || seconds.isEmpty()) {
            return null;
        }
        if (!seconds.matches("[0-9]{1,12}") || Long.parseLong(seconds) > LAST_SECOND) {
            throw Usage.error(name + " is \"" + seconds + "\", which is not a number of seconds from 0 to " + LAST_SECOND);
        }
        return Long.valueOf(seconds);
    }
}
