package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.ImagePush;
import io.jenkins.plugins.windowsimage.engine.image.ImageReference;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code windows-image tag}. */
@Command(
        name = "tag",
        description = "Give an image further names: in the store, or, if only a registry knows it, there.",
        sortOptions = false)
final class TagCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Mixin
    private ImageReport report;

    @Option(names = "--push", description = "Also give the names in the registry.")
    private boolean push;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "Name, build id or digest in the store, or a name in a registry.")
    private String image;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "The names.")
    private List<String> names;

    @Override
    public Integer call() throws IOException {
        List<ImageReference> targets = Usage.tags(names);
        try (Engine engine = options.open()) {
            report.around(targets, Progress.plain.listener(options.common().out(), Clock.systemUTC()), listener -> {
                new ImagePush(engine, listener, false).tag(image, targets, push);
                return engine.names().find(image).map(stored -> stored.descriptor().digest()).orElse(null);
            });
        }
        return 0;
    }
}
