package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.FoundImage;
import io.jenkins.plugins.windowsimage.engine.build.ImagePush;
import io.jenkins.plugins.windowsimage.engine.build.IndexCreation;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import io.jenkins.plugins.windowsimage.engine.image.RawManifest;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code windows-image index}. */
@Command(
        name = "index",
        description = "Several images, for several Windows versions or architectures, under one name.",
        subcommands = {IndexCommand.Create.class, IndexCommand.Push.class, IndexCommand.Inspect.class})
final class IndexCommand {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Command(name = "create", description = "Make an index of images in the store or in registries.", sortOptions = false)
    static final class Create implements Callable<Integer> {
        @Mixin
        private EngineOptions options;

        @Mixin
        private ImageReport report;

        @Option(names = "--push", description = "Push it when it is made.")
        private boolean push;

        @Parameters(index = "0", paramLabel = "NAME", description = "Name of the index.")
        private String name;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "What it lists.")
        private List<String> images;

        @Override
        public Integer call() throws IOException {
            ImageReference reference = Usage.tag(name);
            PrintStream out = options.common().out();
            try (Engine engine = options.open()) {
                report.around(List.of(reference), Progress.plain.listener(out, Clock.systemUTC()), listener -> {
                    RawManifest index = new IndexCreation(engine, Clock.systemUTC()).create(reference, images);
                    out.println("Created " + reference + "@" + index.digest());
                    if (push) {
                        new ImagePush(engine, listener, false).push(reference.toString(), List.of());
                    }
                    return index.digest();
                });
            }
            return 0;
        }
    }

    @Command(name = "push", description = "Push an index with everything it lists.", sortOptions = false)
    static final class Push implements Callable<Integer> {
        @Mixin
        private EngineOptions options;

        @Mixin
        private ImageReport report;

        @Parameters(index = "0", paramLabel = "NAME", description = "Name of the index in the store.")
        private String name;

        @Parameters(index = "1..*", paramLabel = "TARGET", description = "Where it goes (default: its own name).")
        private List<String> targets = List.of();

        @Override
        public Integer call() throws IOException {
            List<ImageReference> names = Usage.tags(targets);
            try (Engine engine = options.open()) {
                report.around(names, Progress.plain.listener(options.common().out(), Clock.systemUTC()), listener -> {
                    new ImagePush(engine, listener, false).push(name, names);
                    return null;
                });
            }
            return 0;
        }
    }

    @Command(name = "inspect", description = "Show what an index lists.", sortOptions = false)
    static final class Inspect implements Callable<Integer> {
        @Mixin
        private EngineOptions options;

        @Option(names = "--format", paramLabel = "table|json", defaultValue = "table", description = "Default: ${DEFAULT-VALUE}.")
        private OutputFormat format;

        @Option(names = "--registry", description = "Ask the registry, also when the store knows the name.")
        private boolean registry;

        @Parameters(paramLabel = "NAME", description = "An index in the store or in a registry.")
        private String name;

        @Override
        public Integer call() throws IOException {
            PrintStream out = options.common().out();
            FoundImage found;
            try (Engine engine = options.open()) {
                found = registry ? FoundImage.inRegistry(engine, name) : FoundImage.find(engine, name);
            }
            if (!found.root().isIndex()) {
                throw Usage.error(name + " is a single image, not an index; see inspect");
            }
            if (format == OutputFormat.json) {
                out.write(found.root().bytes());
                out.println();
                return 0;
            }
            out.println(found.root().mediaType() + " " + found.root().digest());
            Table table = new Table("PLATFORM", "DIGEST", "SIZE");
            for (FoundImage.Image image : found.images()) {
                table.row(
                        image.config().platform().toString(),
                        image.descriptor().digest().toString(),
                        Sizes.bytes(image.manifest().layers().stream().mapToLong(Descriptor::size).sum()));
            }
            table.print(out);
            return 0;
        }
    }
}
