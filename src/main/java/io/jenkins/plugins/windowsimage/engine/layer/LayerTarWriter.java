package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.files.PathMap;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * Writes the tar of a Windows layer: ustar with PAX records, among them those that containerd and Docker on Windows read
 * ({@code MSWINDOWS.*} and {@code LIBARCHIVE.creationtime}); never a GNU record. Equal entries in equal order give equal bytes.
 *
 * <p>Refuses what no importer could unpack: a name twice in any case, an entry whose directory was not written before it, a
 * name that climbs. Which entries a layer needs is up to the caller. For one thread at a time.
 */
public final class LayerTarWriter {
    /** What the name of a whiteout begins with (OCI image specification, layer). */
    static final String WHITEOUT_PREFIX = ".wh.";

    static final String ATTRIBUTES = "MSWINDOWS.fileattr";
    static final String SECURITY = "MSWINDOWS.rawsd";
    static final String MOUNT_POINT = "MSWINDOWS.mountpoint";
    static final String EXTENDED_ATTRIBUTE = "MSWINDOWS.xattr.";
    static final String CREATED = "LIBARCHIVE.creationtime";

    private static final int DIRECTORY_MODE = 0040000;
    private static final int FILE_MODE = 0100000;
    private static final int LINK_MODE = 0120000;
    private static final int HARD_LINK_MODE = 0644;
    /** What {@link #kinds} holds. */
    private static final int OTHER = 0;
    private static final int DIRECTORY = 1;
    private static final int LONGEST_PATH = 32_767;
    private static final int LONGEST_NAME = 255;
    private static final byte[] ZEROS = new byte[2 * TarHeader.BLOCK];

    private final OutputStream out;
    private final Instant fixedTime;
    private final PathMap kinds = new PathMap();
    private final TarHeader header = new TarHeader();
    private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    private final byte[] buffer = new byte[128 * 1024];
    private String lastOwner = "";

    /**
     * Writes to a stream, which is never closed here.
     *
     * @param fixedSeconds seconds since 1970 that replace every time of every entry; null to keep the times
     */
    public LayerTarWriter(OutputStream out, Long fixedSeconds) {
        this.out = out;
        this.fixedTime = fixedSeconds == null ? null : Instant.ofEpochSecond(fixedSeconds);
    }

    /**
     * Writes an entry that has no content.
     *
     * @throws EngineException of kind {@link ErrorKind#LAYER_CREATE} if the entry has no place in a layer
     */
    public void write(LayerEntry entry) throws IOException {
        write(entry, InputStream.nullInputStream());
    }

    /**
     * Writes an entry and its content.
     *
     * @param content exactly {@link LayerEntry#size()} bytes; not closed
     * @throws EngineException of kind {@link ErrorKind#LAYER_CREATE} if the entry has no place in a layer
     * @throws IOException also when the content is longer or shorter than the entry says; the message names the entry
     */
    public void write(LayerEntry entry, InputStream content) throws IOException {
        register(entry);
        writeHeader(entry);
        copy(entry, content);
    }

    private void register(LayerEntry entry) {
        String name = entry.name();
        checkName(entry);
        if (entry.type() == LayerEntry.Type.ALTERNATE_STREAM) {
            if (!name.startsWith(lastOwner + ":")) {
                throw refused(name, "does not follow the file that the stream belongs to");
            }
        } else {
            int parent = name.lastIndexOf('/');
            if (parent >= 0 && kinds.get(name, parent) != DIRECTORY) {
                throw refused(name, "is not preceded by the directory it lies in");
            }
            lastOwner = name;
        }
        int kind = entry.type() == LayerEntry.Type.DIRECTORY ? DIRECTORY : OTHER;
        if (kinds.put(name, kind) != PathMap.ABSENT) {
            throw refused(name, "is there twice (Windows does not tell upper from lower case)");
        }
    }

    private void checkName(LayerEntry entry) {
        String name = entry.name();
        boolean stream = entry.type() == LayerEntry.Type.ALTERNATE_STREAM;
        if (name.isEmpty() || name.length() > LONGEST_PATH) {
            throw refused(name, "has a name of " + name.length() + " characters");
        }
        int start = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i < name.length() ? name.charAt(i) : '/';
            if (c == '/') {
                checkPart(name, start, i, stream);
                start = i + 1;
            } else if (c == '\\' || c == 0 || c == ':' && !stream) {
                throw refused(name, "has a character in its name that no file name can have");
            }
        }
        if (!utf8.canEncode(name)) {
            throw refused(name, "has half a character in its name (a lone UTF-16 surrogate)");
        }
        String target = entry.linkTarget();
        if (target != null && (target.indexOf(0) >= 0 || !utf8.canEncode(target))) {
            throw refused(name, "is a link whose target is no text");
        }
        if (entry.type() == LayerEntry.Type.OPAQUE_DIRECTORY) {
            throw refused(name, "is an opaque marker, which Windows does not understand");
        }
    }

    private static void checkPart(String name, int start, int end, boolean stream) {
        int length = end - start;
        boolean dots = length == 1 && name.charAt(start) == '.'
                || length == 2 && name.charAt(start) == '.' && name.charAt(start + 1) == '.';
        if (length == 0 || dots) {
            throw refused(name, "has an empty part, \".\" or \"..\" in its path");
        }
        if (length > LONGEST_NAME && !stream) {
            throw refused(name, "has a part longer than " + LONGEST_NAME + " characters in its path");
        }
        if (name.startsWith(WHITEOUT_PREFIX, start)) {
            throw refused(name, "begins with \"" + WHITEOUT_PREFIX + "\", which means deletion in a layer");
        }
    }

    private static EngineException refused(String name, String why) {
        return new EngineException(ErrorKind.LAYER_CREATE, "the layer cannot hold \"" + name + "\": it " + why);
    }

    private void writeHeader(LayerEntry entry) throws IOException {
        String name = entry.name();
        header.begin();
        switch (entry.type()) {
            case WHITEOUT -> {
                int slash = name.lastIndexOf('/') + 1;
                String marker = name.substring(0, slash) + WHITEOUT_PREFIX + name.substring(slash);
                header.recordIfLong("path", marker);
                header.end('0', marker, 0, 0, null, null);
            }
            case HARD_LINK -> {
                header.recordIfLong("linkpath", entry.linkTarget());
                header.recordIfLong("path", name);
                header.end('1', name, HARD_LINK_MODE, 0, fixedTime, entry.linkTarget());
            }
            default -> writeFullHeader(entry);
        }
        out.write(header.bytes(), 0, header.length());
    }

    private void writeFullHeader(LayerEntry entry) {
        LayerTimes times = fixedTime == null ? entry.times() : LayerTimes.at(fixedTime);
        header.record(CREATED, times.created());
        header.record(ATTRIBUTES, Integer.toString(entry.attributes()));
        if (entry.type() == LayerEntry.Type.JUNCTION) {
            header.record(MOUNT_POINT, "1");
        }
        if (entry.security() != null) {
            header.record(SECURITY, entry.security().toBase64());
        }
        for (Map.Entry<String, byte[]> attribute : entry.extendedAttributes().entrySet()) {
            header.record(EXTENDED_ATTRIBUTE + attribute.getKey(), Base64.getEncoder().encodeToString(attribute.getValue()));
        }
        header.record("atime", times.accessed());
        header.record("ctime", times.changed());
        if (entry.linkTarget() != null) {
            header.recordIfLong("linkpath", entry.linkTarget());
        }
        header.record("mtime", times.modified());
        header.recordIfLong("path", entry.name());
        header.recordIfLarge("size", entry.size());
        switch (entry.type()) {
            case DIRECTORY -> header.end('5', entry.name(), DIRECTORY_MODE, 0, times.modified(), null);
            case SYMLINK, JUNCTION -> header.end('2', entry.name(), LINK_MODE, 0, times.modified(), entry.linkTarget());
            default -> header.end('0', entry.name(), FILE_MODE, entry.size(), times.modified(), null);
        }
    }

    private void copy(LayerEntry entry, InputStream content) throws IOException {
        long left = entry.hasContent() ? entry.size() : 0;
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("\"" + entry.name() + "\" ended " + left + " bytes before its length of " + entry.size()
                        + " bytes; it changed while it was read");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        if (content.read() >= 0) {
            throw new IOException("\"" + entry.name() + "\" is longer than its length of " + entry.size()
                    + " bytes; it changed while it was read");
        }
        int padding = (int) (-(entry.hasContent() ? entry.size() : 0) & TarHeader.BLOCK - 1);
        out.write(ZEROS, 0, padding);
    }

    /** Writes the two empty blocks that end a tar; the stream stays open. */
    public void finish() throws IOException {
        out.write(ZEROS, 0, 2 * TarHeader.BLOCK);
    }
}
