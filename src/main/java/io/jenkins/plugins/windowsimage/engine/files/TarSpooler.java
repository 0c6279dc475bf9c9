package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Takes a tar archive apart, with no trust in it: names and hard links that climb out of it are refused, the last of several
 * entries for one name counts, entries behind a symbolic link go where it leads within the archive, owners and modes mean
 * nothing, devices and pipes are left out. Nothing is ever written under a name that the archive gives. For one archive.
 */
final class TarSpooler {
    /** What one entry may have in headers of its own: long names, extended attributes, the map of a sparse file. */
    private static final long MOST_HEADER_BYTES = 16 << 20;
    /** Drive C and places below its root stay in the image; other drives, servers and devices do not. */
    private static final Pattern OUTSIDE = Pattern.compile("(?:[\\\\/]{2}|[abd-zABD-Z]:).*", Pattern.DOTALL);

    /** Where an archive comes from. */
    enum Origin {
        /** From a file to be unpacked into an image. Symbolic links that climb out of the archive are refused. */
        FILE,
        /**
         * From a pipe, as a build context. Symbolic links are kept as they are written; copying does not follow them out. Without the end
         * mark that POSIX demands, the archive is taken for cut off: whoever wrote it may have died, and the rest is missing.
         */
        PIPE
    }

    private final String name;
    private final ErrorKind kind;
    private final ArchiveLimits limits;
    private final Cancellation cancellation;
    private final Origin origin;
    private final NodeIndex index = new NodeIndex();
    private final byte[] buffer = new byte[1 << 16];
    private long entries;

    /**
     * Prepares for an archive.
     *
     * @param name for messages, such as {@code the archive tools.tar.gz}
     * @param kind of the failures that the archive is guilty of
     */
    TarSpooler(String name, ErrorKind kind, ArchiveLimits limits, Cancellation cancellation, Origin origin) {
        this.name = name;
        this.kind = kind;
        this.limits = limits;
        this.cancellation = cancellation;
        this.origin = origin;
    }

    /**
     * Reads the archive if the content is one.
     *
     * @param content from the beginning; not closed here
     * @param temporary directory for the contents
     * @return empty if the content is no archive
     * @throws EngineException if the archive is broken, unsafe or beyond the limits
     */
    Optional<FileTree> spool(InputStream content, Path temporary) throws IOException {
        CountingInputStream counted = new CountingInputStream(content);
        Optional<InputStream> tar;
        try {
            tar = ArchiveFormat.tar(counted);
        } catch (IOException e) {
            throw refused("cannot be decompressed: " + e.getMessage(), e);
        }
        if (tar.isEmpty()) {
            return Optional.empty();
        }
        SpoolFile contents = new SpoolFile(temporary);
        try {
            readAll(new TarEnding(tar.get()), contents, counted);
            contents.flush();
            index.seal();
            return Optional.of(new TarTree(index, contents));
        } catch (IOException | RuntimeException e) {
            contents.close();
            throw e;
        }
    }

    private void readAll(TarEnding ending, SpoolFile contents, CountingInputStream raw) throws IOException {
        Guard guard = new Guard(ending, raw);
        TarArchiveInputStream tar = new TarArchiveInputStream(guard, "UTF-8");
        for (TarArchiveEntry entry = next(tar, guard); entry != null; entry = next(tar, guard)) {
            cancellation.check();
            add(entry, tar, contents, raw);
            // One entry brings the directories that it lies in.
            if (Math.max(++entries, index.count() - 1) > limits.entries()) {
                throw refused("has more than " + limits.entries() + " entries", null);
            }
        }
        if (ending.isCutOff() || (origin == Origin.PIPE && !ending.hasMark())) {
            throw broken(new EOFException());
        }
    }

    private TarArchiveEntry next(TarArchiveInputStream tar, Guard guard) throws IOException {
        guard.begin();
        TarArchiveEntry entry;
        try {
            entry = tar.getNextEntry();
        } catch (EngineException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        } catch (StackOverflowError e) {
            // The tar reader calls itself for each header before that of the entry.
            throw refused("is broken: an entry has too many headers", e);
        }
        guard.end();
        if (entry != null && !entry.isCheckSumOK()) {
            throw broken(new IOException("the checksum of a header is wrong"));
        }
        return entry;
    }

    private void add(TarArchiveEntry entry, TarArchiveInputStream tar, SpoolFile contents, CountingInputStream raw)
            throws IOException {
        byte flag = entry.getLinkFlag();
        boolean plain = flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM || flag == TarConstants.LF_CONTIG
                || flag == TarConstants.LF_GNUTYPE_SPARSE;
        boolean link = flag == TarConstants.LF_LINK || flag == TarConstants.LF_SYMLINK;
        boolean directory = flag == TarConstants.LF_DIR || plain && entry.getName().endsWith("/");
        if (!plain && !link && !directory) {
            // Devices, pipes, labels of volumes.
            copy(tar, null, raw, entry);
            return;
        }
        List<String> parts = parts(entry.getName(), "the entry \"" + entry.getName() + "\"");
        int row;
        if (directory) {
            copy(tar, null, raw, entry);
            row = parts.isEmpty() ? NodeIndex.ROOT : index.putDirectory(parent(parts, entry), last(parts));
        } else if (parts.isEmpty()) {
            throw refused("has an entry \"" + entry.getName() + "\", which is no name of a file", null);
        } else if (flag == TarConstants.LF_LINK) {
            row = hardLink(parts, entry);
        } else {
            int parent = parent(parts, entry);
            if (flag == TarConstants.LF_SYMLINK) {
                row = index.putSymlink(parent, last(parts), symlinkTarget(parts, entry));
            } else {
                long place = contents.length();
                copy(tar, contents, raw, entry);
                row = index.putFile(parent, last(parts), place, contents.length() - place);
            }
        }
        index.setModified(row, entry.getLastModifiedTime().toInstant());
    }

    /** The parts of a name; either slash separates, and a leading one means nothing. */
    private List<String> parts(String path, String what) {
        if (path.indexOf('\uFFFD') >= 0 || path.indexOf('\0') >= 0) {
            throw refused("has an entry \"" + path.replace('\0', '\uFFFD') + "\", whose name is not valid UTF-8", null);
        }
        requireShort(path.length(), what);
        List<String> parts = new ArrayList<>();
        for (String part : path.replace('\\', '/').split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    throw refused("is not safe to unpack: " + what + " leads out of it", null);
                }
                parts.remove(parts.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.size() > WindowsNames.MOST_PARTS) {
            throw refused("is not safe to unpack: " + what + " has more than " + WindowsNames.MOST_PARTS + " parts", null);
        }
        return parts;
    }

    private void requireShort(int length, String what) {
        if (length > WindowsNames.LONGEST_PATH) {
            throw refused("is not safe to unpack: " + what + " has " + length + " characters", null);
        }
    }

    private static String last(List<String> parts) {
        return parts.get(parts.size() - 1);
    }

    /** The directory that the entry goes into, made with those above it; symbolic links on the way are followed. */
    private int parent(List<String> parts, TarArchiveEntry entry) throws IOException {
        int row = NodeIndex.ROOT;
        for (int i = 0; i < parts.size() - 1; i++) {
            int next = index.child(row, parts.get(i));
            if (next == NodeIndex.ABSENT) {
                next = index.putDirectory(row, parts.get(i));
                index.setModified(next, entry.getLastModifiedTime().toInstant());
            } else if (index.type(next) == FileType.SYMLINK) {
                next = followed(String.join("/", parts.subList(0, i + 1)), entry);
            } else if (index.type(next) == FileType.FILE) {
                throw refused("is broken: \"" + entry.getName() + "\" lies in a file", null);
            }
            row = next;
        }
        return row;
    }

    private int followed(String path, TarArchiveEntry entry) throws IOException {
        return TarTree.find(index, path, true)
                .filter(FileNode::isDirectory)
                .map(node -> TarTree.row(index, node.path()))
                .orElseThrow(() -> refused("is not safe to unpack: \"" + entry.getName() + "\" lies behind the link \"" + path
                        + "\", which leads to no directory of the archive", null));
    }

    private int hardLink(List<String> parts, TarArchiveEntry entry) throws IOException {
        List<String> target = parts(entry.getLinkName(), "the hard link \"" + entry.getName() + "\"");
        Optional<FileNode> node = TarTree.find(index, String.join("/", target), false);
        if (node.isEmpty() || node.get().isDirectory()) {
            throw refused("is broken: the hard link \"" + entry.getName() + "\" points at \"" + entry.getLinkName()
                    + "\", which is no file before it in the archive", null);
        }
        int row = TarTree.row(index, node.get().path());
        int parent = parent(parts, entry);
        return index.child(parent, last(parts)) == row ? row : index.putHardLink(parent, last(parts), row);
    }

    /** An absolute target counts in the image, where it does no harm; one that climbs above the archive is refused. */
    private String symlinkTarget(List<String> parts, TarArchiveEntry entry) {
        String target = entry.getLinkName();
        String what = "the link \"" + entry.getName() + "\" to \"" + target + "\"";
        requireShort(target.length(), what);
        if (origin == Origin.PIPE) {
            return target;
        }
        if (OUTSIDE.matcher(target).matches()) {
            throw refused("is not safe to unpack: " + what + " leads out of the image", null);
        }
        boolean absolute = target.startsWith("/") || target.startsWith("\\") || target.startsWith("c:") || target.startsWith("C:");
        String from = absolute ? "" : String.join("/", parts.subList(0, parts.size() - 1)) + "/";
        parts(from + target, what);
        return target;
    }

    /** Moves the content of an entry on, within the limits. */
    private void copy(TarArchiveInputStream tar, SpoolFile to, CountingInputStream raw, TarArchiveEntry entry) throws IOException {
        long copied = 0;
        while (true) {
            int read;
            try {
                read = tar.read(buffer, 0, buffer.length);
            } catch (EngineException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw broken(e);
            }
            if (read < 0) {
                return;
            }
            copied += read;
            cancellation.check();
            long total = (to == null ? 0 : to.length()) + read;
            if (total > limits.bytes() || copied > limits.bytes()) {
                throw refused("unpacks to more than " + limits.bytes() + " bytes", null);
            }
            // A sparse file is longer than what the archive has of it.
            if (Math.max(total, copied) > limits.most(raw.count())) {
                throw tooDense();
            }
            if (to != null) {
                to.write(buffer, 0, read);
            }
        }
    }

    private EngineException tooDense() {
        return refused("unpacks to more than " + limits.ratio() + " times its size", null);
    }

    private EngineException broken(Exception cause) {
        boolean end = cause instanceof EOFException;
        return refused("is broken: " + (end ? "it ends too early" : cause.getMessage()), cause);
    }

    private EngineException refused(String problem, Throwable cause) {
        return new EngineException(kind, name + " " + problem, cause);
    }

    /**
     * Bounds what comes out of the decompression, whether it is kept or not, and what is read while looking for the next entry,
     * all of which the tar reader keeps in memory.
     */
    private final class Guard extends CountingInputStream {
        private final TarEnding tar;
        private final CountingInputStream raw;
        private long limit = Long.MAX_VALUE;

        Guard(TarEnding tar, CountingInputStream raw) {
            super(tar);
            this.tar = tar;
            this.raw = raw;
        }

        void begin() {
            limit = count() + MOST_HEADER_BYTES;
            tar.entryRead();
        }

        void end() {
            limit = Long.MAX_VALUE;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (count() >= limit) {
                throw new IOException("an entry has more than 16 MiB of headers");
            }
            int read = super.read(bytes, offset, length);
            if (count() > limits.most(raw.count())) {
                throw tooDense();
            }
            return read;
        }
    }
}
