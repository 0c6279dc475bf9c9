package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.FoundImage;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.image.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code windows-image history}. */
@Command(name = "history", description = "Show how an image came to be, the last instruction first.", sortOptions = false)
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Option(names = "--format", paramLabel = "table|json", defaultValue = "table", description = "Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Parameters(paramLabel = "IMAGE", description = "Name, build id or digest in the store, or a name in a registry.")
    private String image;

    @Override
    public Integer call() throws IOException {
        FoundImage found;
        try (Engine engine = options.open()) {
            found = FoundImage.find(engine, image);
        }
        if (found.root().isIndex()) {
            throw Usage.error(image + " is an index of " + found.images().size() + " images; name one of them by its digest");
        }
        List<Line> lines = lines(found.images().get(0));
        if (format == OutputFormat.json) {
            options.common().out().println(OutputFormat.pretty(lines));
            return 0;
        }
        Table table = new Table("LAYER", "SIZE", "CREATED BY");
        lines.forEach(line -> table.row(
                line.layer() == null ? "" : line.layer().substring("sha256:".length(), "sha256:".length() + 12),
                line.layer() == null ? "" : Sizes.bytes(line.size()), line.createdBy() == null ? "" : line.createdBy()));
        table.print(options.common().out());
        return 0;
    }

    private static List<Line> lines(FoundImage.Image image) {
        List<Line> lines = new ArrayList<>();
        Iterator<Descriptor> layers = image.manifest().layers().iterator();
        List<History> history = image.config().history() == null ? List.of() : image.config().history();
        for (History entry : history) {
            boolean layer = entry.madeLayer() && layers.hasNext();
            lines.add(line(entry.createdBy(), entry.created(), layer ? layers.next() : null));
        }
        layers.forEachRemaining(layer -> lines.add(line(null, null, layer)));
        Collections.reverse(lines);
        return lines;
    }

    private static Line line(String createdBy, String created, Descriptor layer) {
        return new Line(layer == null ? null : layer.digest().toString(), layer == null ? 0 : layer.size(), created, createdBy);
    }

    /** One line; the names are those of the JSON output. */
    record Line(String layer, long size, String created, String createdBy) {}
}
