package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.layer.LayerEntry;
import io.jenkins.plugins.windowsimage.engine.layer.LayerReader;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamWriter;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/**
 * Writes the entries of a Windows layer tar as files, while the tar comes in. For one thread at a time.
 */
abstract class LayerUnpacker implements Closeable {
    static final String FILES = "Files";
    static final String HIVES = "Hives";
    static final String UTILITY_VM = "UtilityVM";
    static final String UTILITY_VM_FILES = UTILITY_VM + "\\Files";

    private static final String FORBIDDEN = "<>\"|?*";

    private final String layer;
    private final Cancellation cancellation;
    private final EntryStreams streams = new EntryStreams();
    private final BufferedFile buffer = new BufferedFile();
    private Open open;

    /** @param layer its name in error messages, such as {@code layer sha256:...} */
    LayerUnpacker(String layer, Cancellation cancellation) {
        this.layer = layer;
        this.cancellation = cancellation;
    }

    /** The file of the entry before, to which alternate streams are added; null streams for one that keeps none. */
    private record Open(LayerEntry owner, NewFile file, BackupStreamWriter streams) {}

    /**
     * Writes all entries.
     *
     * @throws EngineException of kind LAYER_CREATE naming the entry that cannot be written, TAR_EXTRACT_FAILED for a
     *     damaged tar
     */
    public final void unpack(LayerReader reader) throws IOException {
        for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
            cancellation.check();
            try {
                add(entry, reader.content());
            } catch (FileAlreadyExistsException e) {
                throw failed(entry, "it is there twice (Windows does not tell upper from lower case)", e);
            } catch (NoSuchFileException e) {
                throw failed(entry, "the directory it lies in is missing before it, or is a link", e);
            } catch (IOException e) {
                throw failed(entry, e.getMessage(), e);
            }
        }
        closeOpen();
    }

    private void add(LayerEntry entry, InputStream content) throws IOException {
        if (entry.type() == LayerEntry.Type.ALTERNATE_STREAM) {
            addStream(entry, content);
            return;
        }
        closeOpen();
        String path = path(entry, entry.name());
        switch (entry.type()) {
            case WHITEOUT -> delete(entry, path);
            case HARD_LINK -> link(entry, path, path(entry, entry.linkTarget()));
            case OPAQUE_DIRECTORY -> throw failed(entry, "Windows does not understand opaque markers", null);
            default -> create(entry, path, content);
        }
    }

    private void addStream(LayerEntry entry, InputStream content) throws IOException {
        int colon = entry.name().indexOf(':');
        String stream = entry.name().substring(colon + 1);
        boolean follows = open != null && entry.name().startsWith(open.owner.name() + ":")
                && colon == open.owner.name().length();
        if (!follows || stream.isEmpty() || stream.indexOf(':') >= 0 || stream.indexOf('/') >= 0) {
            throw failed(entry, "it is a stream that does not follow the file it belongs to", null);
        }
        if (open.streams != null) {
            streams.writeAlternate(stream, entry, content, open.streams);
        }
    }

    abstract void create(LayerEntry entry, String path, InputStream content) throws IOException;

    abstract void link(LayerEntry entry, String path, String target) throws IOException;

    abstract void delete(LayerEntry entry, String path) throws IOException;

    /** Writes an entry as a backup stream into a file, which then stays open for its alternate streams. */
    final void writeBackup(LayerEntry entry, InputStream content, NewFile file, byte[] before) throws IOException {
        BackupStreamWriter backup = new BackupStreamWriter(buffer);
        open = new Open(entry, file, backup);
        buffer.reset(file);
        buffer.write(before);
        streams.write(entry, content, backup);
    }

    /** Writes the bare content of an entry; its alternate streams are dropped. */
    final void writePlain(LayerEntry entry, InputStream content, NewFile file) throws IOException {
        open = new Open(entry, file, null);
        buffer.reset(file);
        streams.copy(content, entry.size(), buffer);
    }

    /** Ends the entry before; the last one is ended by {@link #unpack}. */
    void closeOpen() throws IOException {
        if (open != null) {
            try (NewFile ended = open.file) {
                open = null;
                buffer.flush();
            }
        }
    }

    static BasicInfo info(LayerEntry entry) {
        return BasicInfo.of(entry.times(), EntryStreams.attributes(entry));
    }

    /** The path of a name in the tar. */
    private String path(LayerEntry entry, String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c == '\\' || c == ':' || FORBIDDEN.indexOf(c) >= 0) {
                throw failed(entry, "it has a character in its name that no file name can have", null);
            }
        }
        String path = name.replace('/', '\\');
        int end = path.indexOf('\\');
        String root = end < 0 ? path : path.substring(0, end);
        if (!root.equals(FILES) && !root.equals(HIVES) && !root.equals(UTILITY_VM)) {
            throw failed(entry, "a Windows layer has nothing but Files, Hives and UtilityVM at its root", null);
        }
        if (root.equals(UTILITY_VM) && !path.equals(UTILITY_VM) && !isBelow(path, UTILITY_VM_FILES)
                && !path.equals(UTILITY_VM_FILES)) {
            throw failed(entry, "UtilityVM has nothing but Files in it", null);
        }
        return path;
    }

    static boolean isBelow(String path, String directory) {
        return path.length() > directory.length() + 1
                && path.charAt(directory.length()) == '\\'
                && path.regionMatches(true, 0, directory, 0, directory.length());
    }


    final EngineException failed(LayerEntry entry, String why, Exception cause) {
        return new EngineException(ErrorKind.LAYER_CREATE,
                "the " + layer + " cannot be unpacked at \"" + entry.name() + "\": " + why, cause);
    }

    /** Work on a layer of which all entries are there. */
    interface Completion {
        void run() throws IOException;
    }

    /** Does it; errors name the layer. */
    final void complete(Completion work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new EngineException(ErrorKind.LAYER_CREATE,
                    "the " + layer + " cannot be completed: " + e.getMessage(), e);
        }
    }

    /** Closes what an entry that failed left open. */
    @Override
    public void close() throws IOException {
        if (open != null) {
            Open failed = open;
            open = null;
            failed.file.close();
        }
    }
}
