package io.jenkins.plugins.windowsimage.engine.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.FoundImage;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.image.ImageConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code windows-image inspect}. */
@Command(name = "inspect", description = "Show an image of the store or of a registry as JSON.", sortOptions = false)
final class InspectCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Option(names = "--raw", description = "Print the manifest or index byte for byte.")
    private boolean raw;

    @Option(names = "--registry", description = "Ask the registry, also when the store knows the name.")
    private boolean registry;

    @Parameters(paramLabel = "IMAGE", description = "Name, build id or digest in the store, or a name in a registry.")
    private String image;

    @Override
    public Integer call() throws IOException {
        try (Engine engine = options.open()) {
            FoundImage found = registry ? FoundImage.inRegistry(engine, image) : FoundImage.find(engine, image);
            if (raw) {
                options.common().out().write(found.root().bytes());
                options.common().out().flush();
                return 0;
            }
            options.common().out().println(OutputFormat.pretty(new Inspection(
                    found.name() == null ? null : found.name().toString(),
                    found.root().digest(),
                    found.root().mediaType(),
                    found.images().stream().map(InspectCommand::view).toList())));
        }
        return 0;
    }

    private static ImageView view(FoundImage.Image image) {
        return new ImageView(
                image.descriptor().digest(),
                image.manifest().config().digest(),
                image.config().platform().toString(),
                image.manifest().layers().stream().mapToLong(Descriptor::size).sum(),
                image.manifest().layers(),
                image.config());
    }

    /** What is printed; an index has several images. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Inspection(String name, Digest digest, String mediaType, List<ImageView> images) {}

    /** One image of the output. */
    record ImageView(
            Digest digest, Digest configDigest, String platform, long size, List<Descriptor> layers, ImageConfig config) {}
}
