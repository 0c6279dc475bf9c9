package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.PathMap;
import io.jenkins.plugins.windowsimage.engine.layer.FileAttributes;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTarWriter;
import io.jenkins.plugins.windowsimage.engine.layer.LayerTimes;
import io.jenkins.plugins.windowsimage.engine.layer.SecurityDescriptor;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.ReparsePoint;
import io.jenkins.plugins.windowsimage.engine.layer.transport.TransportFile.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Turns what ExportLayer of vmcompute.dll made, a layer in transport form (see {@link TransportUnpacker}), into the
 * entries of a layer tar. Reads every file once, and its headers twice; in memory are the deletions and the files with
 * several names. For one thread at a time.
 */
public final class TransportReader {
    private static final String RECYCLE_BIN = LayerUnpacker.FILES + "\\$Recycle.Bin";
    private static final String SYSTEM_HIVE = LayerUnpacker.HIVES + "\\System_Delta";

    private final LayerFiles files;
    private final LayerTarWriter tar;
    private final Cancellation cancellation;
    private final Consumer<String> warnings;

    private final SeekableInput input = new SeekableInput();
    private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    private final Map<Object, String> firstNames = new HashMap<>();
    private final PathMap directories = new PathMap();
    private Tombstones tombstones;
    private LayerTimes rootTimes;

    /**
     * @param files the layer in transport form
     * @param tar takes the entries; not finished here
     * @param warnings takes a sentence for each thing that no layer can hold and that is left out
     */
    public TransportReader(LayerFiles files, LayerTarWriter tar, Cancellation cancellation, Consumer<String> warnings) {
        this.files = files;
        this.tar = tar;
        this.cancellation = cancellation;
        this.warnings = warnings;
    }

    private record Level(String path, Listing listing) {}

    /**
     * Writes all entries.
     *
     * @throws EngineException of kind LAYER_EXPORT_FAILED naming the file that cannot be read
     */
    public void writeEntries() throws IOException {
        tombstones = readTombstones();
        rootTimes = readRootTimes();
        Deque<Level> levels = new ArrayDeque<>();
        try {
            levels.push(new Level("", files.list("")));
            while (!levels.isEmpty()) {
                Level level = levels.element();
                DirectoryEntry entry = level.listing.next();
                if (entry == null) {
                    levels.pop().listing.close();
                } else {
                    cancellation.check();
                    String path = level.path.isEmpty() ? entry.name() : level.path + "\\" + entry.name();
                    if (!isSkipped(path) && write(path, entry)) {
                        levels.push(new Level(path, files.list(path)));
                    }
                }
            }
        } finally {
            for (Level level : levels) {
                level.listing.close();
            }
        }
        writeLeftTombstones();
    }

    private Tombstones readTombstones() throws IOException {
        if (files.status(Tombstones.FILE) == null) {
            return new Tombstones();
        }
        try (OpenFile file = files.open(Tombstones.FILE)) {
            input.reset(file);
            return Tombstones.read(input);
        } catch (IOException e) {
            throw failed(Tombstones.FILE, e);
        }
    }

    /** The directories at the root have no times worth keeping; they take those of a hive, as Windows does it. */
    private LayerTimes readRootTimes() throws IOException {
        FileStatus hive = files.status(SYSTEM_HIVE);
        return hive == null ? null : plainTimes(hive);
    }

    private static LayerTimes plainTimes(FileStatus status) {
        LayerTimes times = status.info().times();
        return new LayerTimes(times.modified(), times.modified(), times.changed(), times.modified());
    }

    private static boolean isSkipped(String path) {
        return path.equals(Tombstones.FILE)
                || path.endsWith(TransportUnpacker.DIRECTORY_FILE)
                || path.equalsIgnoreCase(RECYCLE_BIN);
    }

    /** Writes one file or directory; true if what lies in it comes next. */
    private boolean write(String path, DirectoryEntry entry) throws IOException {
        if (!utf8.canEncode(path)) {
            warnings.accept("\"" + path
                    + "\" is left out of the layer: its name has half a character (a lone UTF-16 surrogate)");
            return false;
        }
        try {
            boolean descend = entry.isDirectory() ? writeDirectory(path) : writeFile(path);
            if (descend) {
                directories.put(path, 0);
                writeTombstones(tombstones.take(path));
            }
            return descend;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private boolean writeDirectory(String path) throws IOException {
        if (LayerUnpacker.isBelow(path, LayerUnpacker.FILES)) {
            return writeTransport(path, path + TransportUnpacker.DIRECTORY_FILE);
        }
        FileStatus status = files.status(path);
        boolean takesRootTimes = rootTimes != null
                && (path.equals(LayerUnpacker.FILES) || path.equals(LayerUnpacker.HIVES));
        tar.write(entry(LayerEntry.Type.DIRECTORY, tarName(path), 0, null, status.info().attributes(), null,
                takesRootTimes ? rootTimes : plainTimes(status), Collections.emptySortedMap()));
        return true;
    }

    private boolean writeFile(String path) throws IOException {
        if (LayerUnpacker.isBelow(path, LayerUnpacker.FILES)) {
            return writeTransport(path, path);
        }
        try (OpenFile file = files.open(path)) {
            FileStatus status = file.status();
            input.reset(file);
            tar.write(entry(LayerEntry.Type.FILE, tarName(path), status.size(), null, status.info().attributes(), null,
                    plainTimes(status), Collections.emptySortedMap()), new LimitedInput(input, status.size()));
        }
        return false;
    }

    /** @param source the file in transport form that says what the path is */
    private boolean writeTransport(String path, String source) throws IOException {
        try (OpenFile file = files.open(source)) {
            FileStatus status = file.status();
            if (source.equals(path) && status.links() > 1) {
                String first = firstNames.putIfAbsent(status.id(), path);
                if (first != null) {
                    tar.write(LayerEntry.hardLink(tarName(path), tarName(first)));
                    return false;
                }
            }
            input.reset(file);
            return writeScanned(path, status.info().times(), TransportFile.scan(input));
        }
    }

    private boolean writeScanned(String path, LayerTimes times, TransportFile file) throws IOException {
        String name = tarName(path);
        if (file.reparse() != null) {
            return writeLink(name, times, file);
        }
        boolean directory = (file.attributes() & FileAttributes.DIRECTORY) != 0;
        long size = file.content() == null ? 0 : file.content().size();
        LayerEntry.Type type = directory ? LayerEntry.Type.DIRECTORY : LayerEntry.Type.FILE;
        LayerEntry entry = entry(type, name, directory ? 0 : size, null, file.attributes(), file.security(), times,
                known(name, file.extendedAttributes()));
        if (directory || size == 0) {
            tar.write(entry);
        } else {
            try (InputStream content = file.content().open(input)) {
                tar.write(entry, content);
            }
        }
        writeAlternates(name, times, file);
        return directory;
    }

    private boolean writeLink(String name, LayerTimes times, TransportFile file) throws IOException {
        Optional<ReparsePoint> link = ReparsePoint.decode(file.reparse());
        if (link.isEmpty()) {
            warnings.accept("\"%s\" is left out of the layer: no layer can hold reparse points of the kind 0x%08X"
                    .formatted(name, ReparsePoint.tag(file.reparse())));
            return false;
        }
        String target = link.get().target().replace('\\', '/');
        if (target.isEmpty() || !utf8.canEncode(target)) {
            warnings.accept("\"" + name + "\" is left out of the layer: it is a link whose target is no text");
            return false;
        }
        LayerEntry.Type type = link.get().junction() ? LayerEntry.Type.JUNCTION : LayerEntry.Type.SYMLINK;
        tar.write(entry(type, name, 0, target, file.attributes(), file.security(), times,
                known(name, file.extendedAttributes())));
        writeAlternates(name, times, file);
        return false;
    }

    private void writeAlternates(String owner, LayerTimes times, TransportFile file) throws IOException {
        for (Content stream : file.alternates()) {
            String name = BackupStream.alternateName(stream.name());
            if (name == null || !utf8.canEncode(name)) {
                warnings.accept("the stream \"" + stream.name() + "\" of \"" + owner
                        + "\" is left out of the layer: no layer can hold it");
                continue;
            }
            try (InputStream content = stream.open(input)) {
                tar.write(LayerEntry.alternateStream(owner, name, stream.size(), times), content);
            }
        }
    }

    private SortedMap<String, byte[]> known(String owner, SortedMap<String, byte[]> attributes) {
        SortedMap<String, byte[]> known = new TreeMap<>();
        attributes.forEach((name, value) -> {
            if (name.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '=')) {
                known.put(name, value);
            } else {
                warnings.accept("the extended attribute \"" + name + "\" of \"" + owner
                        + "\" is left out of the layer: no layer can name it");
            }
        });
        return known;
    }

    private void writeTombstones(List<String> deleted) throws IOException {
        for (String path : deleted) {
            // What was put in the place of something deleted replaces it.
            if (files.status(path) == null) {
                if (utf8.canEncode(path)) {
                    tar.write(LayerEntry.whiteout(tarName(path)));
                } else {
                    warnings.accept("\"" + path + "\" stays in the image: its name has half a character");
                }
            }
        }
    }

    /**
     * A deletion counts only in a directory that is in the same layer; such a one is written where the export lacks it.
     */
    private void writeLeftTombstones() throws IOException {
        for (List<String> deleted : tombstones.rest()) {
            String path = deleted.get(0);
            for (int end = path.indexOf('\\'); end >= 0; end = path.indexOf('\\', end + 1)) {
                String directory = path.substring(0, end);
                if (directories.put(directory, 0) == PathMap.ABSENT) {
                    tar.write(LayerEntry.directory(tarName(directory), SecurityDescriptor.forDirectory(),
                            rootTimes == null ? LayerTimes.UNKNOWN : rootTimes));
                }
            }
            writeTombstones(deleted);
        }
    }

    private static LayerEntry entry(LayerEntry.Type type, String name, long size, String target, int attributes,
            SecurityDescriptor security, LayerTimes times, SortedMap<String, byte[]> extendedAttributes) {
        return new LayerEntry(name, type, size, target, attributes, security, times, extendedAttributes);
    }

    private static String tarName(String path) {
        return path.replace('\\', '/');
    }

    private static EngineException failed(String path, IOException e) {
        return new EngineException(ErrorKind.LAYER_EXPORT_FAILED,
                "\"" + tarName(path) + "\" cannot be read out of the container: " + e.getMessage(), e);
    }
}
