package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.files.PathMap;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Unpacks a layer that has parents into the transport form, which ImportLayer of vmcompute.dll makes a layer of.
 * ImportLayer does only half of it: deletions, hard links and the times of directories are noted meanwhile and applied
 * to the layer afterwards by {@link #apply}. For one thread at a time.
 *
 * <p>In transport form every file below {@code Files} begins with its attributes as four bytes, little-endian, and goes
 * on with its backup stream; what a directory {@code D} is stands likewise in a file {@code D.$wcidirs$} beside it.
 * Hives are plain files. Source: hcsshim, internal/wclayer/legacy.go.
 */
public final class TransportUnpacker extends LayerUnpacker {
    /** What the name of the file beside a directory ends with. */
    static final String DIRECTORY_FILE = ".$wcidirs$";

    private final LayerFiles staging;
    private final LayerFiles layer;
    private final Parents parents;
    private final Deferred directories;
    private final Deferred links;
    private final Deferred whiteouts;
    private final Deferred placeholders;
    private final UtilityVm utilityVm;
    /** Names that are hard links, of this layer or of a parent. */
    private final PathMap linked = new PathMap();
    /** A directory that is a link, until its transport file is complete. */
    private String linkDirectory;
    private boolean hasUtilityVm;

    /** The layers below, which may still be on their way. */
    @FunctionalInterface
    public interface Parents {
        /** Immediate parent first; waits until all of them are complete. */
        List<LayerFiles> await() throws IOException;
    }

    /**
     * @param name of the layer in error messages, such as {@code layer sha256:...}
     * @param staging an empty directory that takes the transport form
     * @param layer the empty directory that will be the layer; nothing but its {@code UtilityVM} is written here
     * @param spool an existing directory for temporary files
     */
    public TransportUnpacker(String name, LayerFiles staging, LayerFiles layer, Parents parents, Path spool,
            Cancellation cancellation) throws IOException {
        super(name, cancellation);
        this.staging = staging;
        this.layer = layer;
        this.parents = parents;
        this.directories = new Deferred(spool.resolve("directories"));
        this.links = new Deferred(spool.resolve("links"));
        this.whiteouts = new Deferred(spool.resolve("whiteouts"));
        this.placeholders = new Deferred(spool.resolve("placeholders"));
        this.utilityVm = new UtilityVm(layer, directories);
    }

    @Override
    void create(LayerEntry entry, String path, InputStream content) throws IOException {
        boolean directory = EntryStreams.isDirectory(entry);
        if (path.startsWith(UTILITY_VM)) {
            createInUtilityVm(entry, path, directory, content);
        } else if (directory) {
            createDirectory(entry, path, content);
        } else {
            createFile(entry, path, content);
        }
        if (directory && !path.equals(UTILITY_VM)) {
            directories.add(path, "", info(entry));
        }
    }

    private void createDirectory(LayerEntry entry, String path, InputStream content) throws IOException {
        staging.createDirectory(path);
        NewFile file = staging.createFile(path + DIRECTORY_FILE);
        setTimes(file, entry);
        writeBackup(entry, content, file, attributes(entry));
        if (entry.type() != LayerEntry.Type.DIRECTORY) {
            linkDirectory = path;
        }
    }

    private void createFile(LayerEntry entry, String path, InputStream content) throws IOException {
        NewFile file = staging.createFile(path);
        setTimes(file, entry);
        if (isBelow(path, HIVES)) {
            writePlain(entry, content, file);
        } else {
            writeBackup(entry, content, file, attributes(entry));
        }
    }

    private static void setTimes(NewFile file, LayerEntry entry) throws IOException {
        try {
            file.setInfo(info(entry).withAttributes(0));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static byte[] attributes(LayerEntry entry) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(EntryStreams.attributes(entry))
                .array();
    }

    private void createInUtilityVm(LayerEntry entry, String path, boolean directory, InputStream content)
            throws IOException {
        needUtilityVm(entry);
        if (path.equals(UTILITY_VM)) {
            return;
        }
        NewFile file = utilityVm.replace(path, directory, entry.linkTarget() != null);
        try {
            file.setInfo(info(entry));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        writeBackup(entry, content, file, new byte[0]);
    }

    private void needUtilityVm(LayerEntry entry) throws IOException {
        if (hasUtilityVm) {
            return;
        }
        hasUtilityVm = true;
        try {
            utilityVm.cloneFrom(parents.await().get(0));
        } catch (NoSuchFileException e) {
            throw failed(entry, "it changes the UtilityVM, and the layer below has none", e);
        }
    }

    @Override
    void link(LayerEntry entry, String path, String target) throws IOException {
        if (isBelow(path, UTILITY_VM_FILES) && isBelow(target, UTILITY_VM_FILES)) {
            needUtilityVm(entry);
            if (layer.status(target) == null) {
                throw unresolved(entry);
            }
            utilityVm.link(path, target);
            return;
        }
        if (!isBelow(path, FILES) || !isBelow(target, FILES)) {
            throw failed(entry, "it is a hard link that does not stay within Files", null);
        }
        boolean own = linked.get(target, target.length()) == 1 || staging.status(target) != null;
        if (staging.status(path) != null || linked.put(path, own ? 1 : 0) != PathMap.ABSENT) {
            throw failed(entry, "it is there twice (Windows does not tell upper from lower case)", null);
        }
        links.add(path, target, new BasicInfo(0, 0, 0, 0, own ? 1 : 0));
    }

    @Override
    void delete(LayerEntry entry, String path) throws IOException {
        if (isBelow(path, UTILITY_VM_FILES)) {
            needUtilityVm(entry);
            utilityVm.delete(path);
        } else if (isBelow(path, FILES)) {
            whiteouts.add(path, entry.name(), new BasicInfo(0, 0, 0, 0, 0));
        } else {
            throw failed(entry, "only what lies below Files can be deleted", null);
        }
    }

    @Override
    void closeOpen() throws IOException {
        super.closeOpen();
        if (linkDirectory != null) {
            // Nothing may be put behind a link; the directory comes back when all entries are there.
            staging.remove(linkDirectory);
            placeholders.add(linkDirectory, "", new BasicInfo(0, 0, 0, 0, 0));
            linkDirectory = null;
        }
    }

    /** Completes the transport form, which is then ready for ImportLayer. After {@link #unpack}. */
    public void finishStaging() {
        complete(() -> placeholders.forEach((path, none, info) -> staging.createDirectory(path)));
    }

    /**
     * Applies to the imported layer what ImportLayer does not do. After ImportLayer; waits for the parents.
     *
     * @throws io.jenkins.plugins.windowsimage.engine.EngineException of kind LAYER_CREATE naming a hard link that leads
     *     nowhere
     */
    public void apply() {
        complete(() -> {
            whiteouts.forEach((path, name, info) -> applyWhiteout(path, name));
            List<LayerFiles> below = parents.await();
            links.forEach((path, target, own) ->
                    applyLink(path, target, own.attributes() == 1 ? layer : holder(below, target)));
            directories.forEach((path, none, info) -> {
                if (layer.status(path) != null) {
                    layer.setInfo(path, info.withAttributes(0));
                }
            });
        });
    }

    private void applyWhiteout(String path, String name) throws IOException {
        if (staging.status(path) != null) {
            throw failed(LayerEntry.whiteout(name), "it is both deleted and there", null);
        }
        removeIfThere(path);
    }

    /** @param holder has the target; null if nobody has */
    private void applyLink(String path, String target, LayerFiles holder) throws IOException {
        if (holder == null) {
            throw unresolved(LayerEntry.hardLink(path.replace('\\', '/'), target.replace('\\', '/')));
        }
        removeIfThere(path);
        layer.link(path, holder, target);
    }

    private void removeIfThere(String path) throws IOException {
        if (layer.status(path) != null) {
            layer.remove(path);
        }
    }

    private static LayerFiles holder(List<LayerFiles> below, String target) throws IOException {
        for (LayerFiles parent : below) {
            if (parent.status(target) != null) {
                return parent;
            }
        }
        return null;
    }

    private RuntimeException unresolved(LayerEntry entry) {
        return failed(entry, "it is a hard link to \"" + entry.linkTarget()
                + "\", which is neither before it in the layer nor in a layer below", null);
    }

    /** Whether the layer has a UtilityVM of its own, to be processed. */
    public boolean hasUtilityVm() {
        return hasUtilityVm;
    }

    @Override
    public void close() throws IOException {
        try (directories;
                links;
                whiteouts;
                placeholders) {
            super.close();
        }
    }
}
