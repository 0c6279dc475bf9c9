package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code windows-image rm}. */
@Command(
        name = "rm",
        aliases = "rmi",
        description = "Take names away; what no name needs any more goes with the next prune.",
        sortOptions = false)
final class RmCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Names, build ids or digests in the store.")
    private List<String> images;

    @Override
    public Integer call() throws IOException {
        try (Engine engine = options.open()) {
            Set<StoredImage> found = new LinkedHashSet<>();
            for (String image : images) {
                found.add(engine.names().find(image).orElseThrow(() ->
                        Usage.error("there is no image " + image + " in the store " + engine.root() + "; nothing was removed")));
            }
            for (StoredImage image : found) {
                engine.names().remove(image);
                options.common().out().println("Removed " + (image.name() == null ? image.buildId() : image.name()));
            }
        }
        return 0;
    }
}
