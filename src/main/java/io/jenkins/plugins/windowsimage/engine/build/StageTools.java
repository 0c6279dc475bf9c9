package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.files.Archives;
import io.jenkins.plugins.windowsimage.engine.files.ContentDigest;
import io.jenkins.plugins.windowsimage.engine.files.Downloads;
import io.jenkins.plugins.windowsimage.engine.layer.LayerCompression;
import io.jenkins.plugins.windowsimage.engine.layer.LayerWriter;
import io.jenkins.plugins.windowsimage.engine.windows.RunHost;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What instructions work with.
 *
 * @param layerWriter compresses the layers as those of the stage are to be
 * @param contents computes what stands for files in cache keys
 * @param archives opens what ADD unpacks
 * @param downloads fetches what ADD names by URL; made when first needed, because it costs time to start
 * @param now time of files that come from no file, such as documents in the Dockerfile
 * @param directory of this build, for temporary files
 */
record StageTools(
        Engine engine,
        BuildOptions options,
        BuildJournal journal,
        Cancellation cancellation,
        SourceTrees sources,
        LayerTrees layerTrees,
        LayerWriter layerWriter,
        ContentDigest contents,
        Archives archives,
        Supplier<Downloads> downloads,
        RunHost runHost,
        Path directory,
        Instant now) {

    /** The same for a stage whose layers are compressed in another way. */
    StageTools compressing(LayerCompression compression) {
        return new StageTools(engine, options, journal, cancellation, sources, layerTrees, layerWriter.compressing(compression),
                contents, archives, downloads, runHost, directory, now);
    }
}
