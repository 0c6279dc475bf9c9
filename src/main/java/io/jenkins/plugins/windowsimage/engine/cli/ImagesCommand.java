package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.build.FoundImage;
import io.jenkins.plugins.windowsimage.engine.image.Descriptor;
import io.jenkins.plugins.windowsimage.engine.store.StoredImage;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code windows-image images}. */
@Command(name = "images", aliases = "ls", description = "List the images of the store, the newest first.", sortOptions = false)
final class ImagesCommand implements Callable<Integer> {
    @Mixin
    private EngineOptions options;

    @Option(names = "--format", paramLabel = "table|json", defaultValue = "table", description = "Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Override
    public Integer call() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Engine engine = options.open()) {
            for (StoredImage stored : engine.names().list()) {
                rows.add(row(engine, stored));
            }
        }
        if (format == OutputFormat.json) {
            options.common().out().println(OutputFormat.pretty(rows));
            return 0;
        }
        Table table = new Table("NAME", "BUILD", "DIGEST", "PLATFORM", "SIZE", "CREATED");
        for (Row row : rows) {
            table.row(row.name() == null ? "<none>" : row.name(), row.buildId() == null ? "" : row.buildId(),
                    row.digest().substring("sha256:".length(), "sha256:".length() + 12), row.platform(),
                    Sizes.bytes(row.size()), Instant.parse(row.created()).truncatedTo(ChronoUnit.SECONDS).toString());
        }
        table.print(options.common().out());
        return 0;
    }

    private static Row row(Engine engine, StoredImage stored) throws IOException {
        String platform;
        long size = 0;
        try {
            FoundImage found = FoundImage.stored(engine, stored);
            platform = found.root().isIndex() ? index(found) : found.images().get(0).config().platform().toString();
            for (FoundImage.Image image : found.images()) {
                size += image.manifest().layers().stream().mapToLong(Descriptor::size).sum();
            }
        } catch (RuntimeException damaged) {
            platform = "damaged, run fsck";
        }
        return new Row(stored.name(), stored.buildId(), stored.descriptor().digest().toString(), platform, size, stored.created());
    }

    /** Of an index that was pulled only those images are here that a build needed. */
    private static String index(FoundImage found) {
        int listed = found.root().index().manifests().size();
        int here = found.images().size();
        return (here == listed ? "" : here + " of ") + listed + (listed == 1 ? " image" : " images");
    }

    /** One image; the names are those of the JSON output. */
    record Row(String name, String buildId, String digest, String platform, long size, String created) {}
}
