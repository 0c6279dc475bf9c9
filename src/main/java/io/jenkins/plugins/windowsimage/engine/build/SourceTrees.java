package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.ContextIgnore;
import io.jenkins.plugins.windowsimage.engine.files.DirectoryTree;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FilteredTree;
import io.jenkins.plugins.windowsimage.engine.files.HeredocTree;
import io.jenkins.plugins.windowsimage.engine.plan.FileOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntFunction;

/** Opens the trees of files that instructions take from. Thread-safe. */
final class SourceTrees {
    private final FileTree context;
    private final BaseImages images;
    private final LayerTrees layers;
    private final IntFunction<StageSnapshot> stages;
    private final BuildJournal journal;

    /**
     * @param context the build context, its ignore file applied
     * @param stages waits for a stage of this build to be finished
     * @param journal takes down which images are copied from
     */
    SourceTrees(
            FileTree context,
            BaseImages images,
            LayerTrees layers,
            IntFunction<StageSnapshot> stages,
            BuildJournal journal) {
        this.context = context;
        this.images = images;
        this.layers = layers;
        this.stages = stages;
        this.journal = journal;
    }

    /** The tree of an origin; it stays open as long as the build. */
    FileTree open(FileOrigin origin) throws IOException {
        if (origin instanceof FileOrigin.BuildContext) {
            return context;
        }
        if (origin instanceof FileOrigin.Stage stage) {
            return layers.whole(stages.apply(stage.index()));
        }
        if (origin instanceof FileOrigin.Image image) {
            return layers.whole(files(image));
        }
        if (origin instanceof FileOrigin.Directory directory) {
            return directory(directory);
        }
        return new HeredocTree(Map.of(), Instant.EPOCH);
    }

    private StageSnapshot files(FileOrigin.Image image) {
        BaseImage found = images.find(image.source(), image.platform());
        journal.base(found);
        return StageSnapshot.of(found);
    }

    private static FileTree directory(FileOrigin.Directory named) throws IOException {
        FileTree tree;
        try {
            tree = new DirectoryTree(Path.of(named.path()));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorKind.CONTEXT_READ,
                    "the named context " + named.name() + " cannot be read: there is no directory " + named.path(),
                    e);
        }
        return new FilteredTree(tree, ContextIgnore.inside(tree, "Dockerfile"));
    }

    /**
     * What stands for the content of an origin in a cache key without reading its files; null for origins whose files have to
     * be read for that, which are directories.
     */
    String identity(FileOrigin origin) {
        if (origin instanceof FileOrigin.Stage stage) {
            return "layers " + stages.apply(stage.index()).chain();
        }
        if (origin instanceof FileOrigin.Image image) {
            return "layers " + files(image).chain();
        }
        return null;
    }
}
