package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * The files of an image, read straight from its layer blobs: what a process in a container would see as {@code C:\}. Layers lie
 * over one another as the OCI image specification says: files and links replace, directories merge, whiteouts hide. Alternate
 * streams, registry hives and the files of the utility VM are not shown; junctions are shown as symbolic links. An opaque marker
 * means nothing in a {@link TarLayout#WINDOWS} layer, as for Windows itself.
 *
 * <p>Look-ups in a Windows image do not regard case; names keep the spelling of the uppermost layer that has them. The path of a
 * node that was found through links is where it really lies. Thread-safe.
 */
public final class LayerTree implements FileTree {
    private final MergedLayers merged;
    private final LayerContents contents;

    private LayerTree(MergedLayers merged, LayerContents contents) {
        this.merged = merged;
        this.contents = contents;
    }

    /**
     * Reads the index of each layer, from the directory of indexes or else from the blob itself.
     *
     * @param store holds the blobs of all layers
     * @param layers from the lowest to the uppermost
     * @param indexes where indexes are kept between builds, by diff id; made when it does not exist; null to keep none
     * @param workers decompress ahead, in short tasks that wait for nothing; not shut down here
     * @throws EngineException of kind {@link ErrorKind#TAR_EXTRACT_FAILED} if a blob is no safe layer or is not the layer that
     *     its diff id promises
     */
    public static LayerTree open(ContentStore store, List<LayerBlob> layers, TarLayout layout, Path indexes, ReadLimits limits,
            ExecutorService workers, Cancellation cancellation) throws IOException {
        LayerContents contents = new LayerContents(store, layers, limits, workers, cancellation);
        List<LayerIndex> read = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            cancellation.check();
            Digest diffId = layers.get(i).diffId();
            LayerIndexFile kept = indexes == null ? null : new LayerIndexFile(indexes, diffId, layout);
            Optional<LayerIndex> known = kept == null ? Optional.empty() : kept.load();
            if (known.isPresent()) {
                read.add(known.get());
            } else {
                LayerIndex index = index(contents, i, diffId, layout, limits);
                if (kept != null) {
                    kept.save(index);
                }
                read.add(index);
            }
        }
        return new LayerTree(new MergedLayers(layout, read), contents);
    }

    /** The diff id is checked because the index will be kept under it, for other images too. */
    private static LayerIndex index(LayerContents contents, int layer, Digest diffId, TarLayout layout, ReadLimits limits)
            throws IOException {
        String name = contents.name(layer);
        LayerIndexBuilder builder = new LayerIndexBuilder(name, layout);
        try (LayerInputStream tar = contents.open(layer, true);
                LayerReader reader = new LayerReader(tar, name, layout, limits)) {
            for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
                builder.add(entry, reader.contentOffset());
            }
            Digest found = tar.diffId();
            if (!found.equals(diffId)) {
                throw new EngineException(ErrorKind.TAR_EXTRACT_FAILED,
                        "the " + name + " unpacks to " + found + ", but its image says " + diffId);
            }
        }
        return builder.build();
    }

    @Override
    public Optional<FileNode> find(String path) {
        return merged.find(path).flatMap(merged::node);
    }

    /**
     * The entry that a directory has in the uppermost layer that names it, for layers that have to name it again. Its name is
     * the path in the image in the spelling of the image. Links on the way are followed.
     */
    public Optional<LayerEntry> directory(String path) {
        return merged.find(path).filter(merged::isDirectory).map(merged::directoryEntry);
    }

    @Override
    public List<FileNode> children(FileNode directory) {
        return merged.find(directory.path()).filter(merged::isDirectory)
                .map(found -> merged.children(found).stream().flatMap(child -> merged.node(child).stream()).toList())
                .orElse(List.of());
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        List<LayerContents.Wanted> wanted = new ArrayList<>(files.size());
        String lastParent = null;
        Optional<MergedLayers.Found> parent = Optional.empty();
        for (FileNode file : files) {
            int slash = file.path().lastIndexOf('/');
            String parentPath = file.path().substring(0, Math.max(0, slash));
            if (!parentPath.equals(lastParent)) {
                parent = merged.find(parentPath).filter(merged::isDirectory);
                lastParent = parentPath;
            }
            MergedLayers.Content content = parent.map(directory -> merged.child(directory, file.name()))
                    .map(merged::fileContent).orElse(null);
            if (content == null) {
                throw new NoSuchFileException(file.path(), null, "is no file of the image");
            }
            wanted.add(new LayerContents.Wanted(file, content));
        }
        contents.read(wanted, reader);
    }

    /**
     * The layer whose tar has the content of a file.
     *
     * @throws NoSuchFileException if it is no file of this tree
     */
    public LayerBlob layer(FileNode file) throws NoSuchFileException {
        MergedLayers.Content content = merged.find(file.path()).map(merged::fileContent).orElse(null);
        if (content == null) {
            throw new NoSuchFileException(file.path(), null, "is no file of the image");
        }
        return contents.layer(content.layer());
    }

    /** Does nothing: the tree holds memory alone. */
    @Override
    public void close() {}
}
