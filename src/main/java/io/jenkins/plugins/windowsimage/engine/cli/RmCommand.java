package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
            for (String image : images) {
                Optional<StoredImage> found = engine.names().find(image);
                if (found.isEmpty() || !engine.names().remove(found.get())) {
                    throw Usage.error("there is no image " + image + " in the store " + engine.root());
                }
                options.common().out().println("Removed " + (found.get().name() == null ? found.get().buildId() : found.get().name()));
            }
        }
        return 0;
    }
}
