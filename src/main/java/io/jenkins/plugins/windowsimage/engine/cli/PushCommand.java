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

/** {@code windows-image push}. */
@Command(name = "push", description = "Push an image or index, without building it again.", sortOptions = false)
final class PushCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Mixin
    private ImageReport report;

    @Option(names = "--progress", defaultValue = "plain", description = "plain, tty or json (default: ${DEFAULT-VALUE}).")
    private Progress progress;

    @Option(names = "--foreign-layers", description = "Also push layers that their publisher wants fetched from his own addresses.")
    private boolean foreignLayers;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "Name, build id or digest in the store, or a name in a registry.")
    private String image;

    @Parameters(index = "1..*", paramLabel = "NAME", description = "Where it goes (default: its own name).")
    private List<String> names = List.of();

    @Override
    public Integer call() throws IOException {
        List<ImageReference> targets = Usage.tags(names);
        try (Engine engine = options.open()) {
            report.around(targets, progress.listener(options.common().out(), Clock.systemUTC()), listener -> {
                new ImagePush(engine, listener, foreignLayers).push(image, targets);
                return null;
            });
        }
        return 0;
    }
}
