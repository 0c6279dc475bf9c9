package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStream;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamReader;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BackupStreamWriter;
import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import io.jenkins.plugins.windowsimage.engine.layer.backup.StreamType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What NTFS keeps of files that this system's file system does not: attributes, times, security, extended attributes,
 * reparse points and alternate streams. Files and directories are real ones and hold the main content; the rest is in
 * memory, by file, so that all names of a file share it. Everything that changes files goes through here. Thread-safe.
 */
public final class NtfsModel {
    private static final int DIRECTORY = 0x10;
    private static final int REPARSE_POINT = 0x400;
    /** Tells in tests that a directory was changed by what happened in it. */
    public static final long TOUCHED = 140_000_000_000_000_000L;

    private final Map<Object, Facts> facts = new ConcurrentHashMap<>();

    /** What is known of one file. */
    public static final class Facts {
        public BasicInfo info = new BasicInfo(TOUCHED, TOUCHED, TOUCHED, TOUCHED, 0);
        public byte[] security;
        public byte[] extendedAttributes;
        public byte[] reparse;
        public final Map<String, byte[]> streams = new TreeMap<>();
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** The facts of a file, made up for one that came to be in another way. */
    public Facts facts(Path path) throws IOException {
        return facts.computeIfAbsent(attributes(path).fileKey(), any -> new Facts());
    }

    public void create(Path path, boolean directory) throws IOException {
        if (directory) {
            Files.createDirectory(path);
        } else {
            Files.createFile(path);
        }
        Facts made = new Facts();
        made.info = made.info.withAttributes(directory ? DIRECTORY : 0x20);
        facts.put(attributes(path).fileKey(), made);
        touch(path.getParent());
    }

    public void link(Path path, Path existing) throws IOException {
        Files.createLink(path, existing);
        touch(path.getParent());
    }

    /** Removes a file or an empty directory. */
    public void delete(Path path) throws IOException {
        boolean last = Files.isDirectory(path) || links(path) == 1;
        Object key = attributes(path).fileKey();
        Files.delete(path);
        if (last) {
            facts.remove(key);
        }
        touch(path.getParent());
    }

    public void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path child : children(path)) {
                deleteTree(child);
            }
        }
        delete(path);
    }

    private void touch(Path directory) throws IOException {
        Facts changed = facts(directory);
        BasicInfo old = changed.info;
        changed.info = new BasicInfo(old.created(), old.accessed(), TOUCHED, TOUCHED, old.attributes() | DIRECTORY);
    }

    public static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        }
        Collections.sort(children);
        return children;
    }

    private static int links(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:nlink");
    }

    public FileStatus status(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        BasicFileAttributes real = attributes(path);
        Facts known = facts(path);
        int kind = (real.isDirectory() ? DIRECTORY : 0) | (known.reparse != null ? REPARSE_POINT : 0);
        BasicInfo info = known.info.withAttributes(known.info.attributes() & ~(DIRECTORY | REPARSE_POINT) | kind);
        return new FileStatus(info, real.isDirectory() ? 0 : real.size(), real.isDirectory() ? 1 : links(path),
                real.fileKey());
    }

    public void setInfo(Path path, BasicInfo info) throws IOException {
        Facts known = facts(path);
        BasicInfo old = known.info;
        known.info = new BasicInfo(
                info.created() == 0 ? old.created() : info.created(),
                info.accessed() == 0 ? old.accessed() : info.accessed(),
                info.modified() == 0 ? old.modified() : info.modified(),
                info.changed() == 0 ? old.changed() : info.changed(),
                info.attributes() == 0 ? old.attributes() : info.attributes());
    }

    /** What BackupRead gives. */
    public InputStream backup(Path path, boolean withSecurity) throws IOException {
        Facts known = facts(path);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        BackupStreamWriter writer = new BackupStreamWriter(head);
        if (known.security != null && withSecurity) {
            writer.write(StreamType.SECURITY, known.security);
        }
        if (known.extendedAttributes != null) {
            writer.write(StreamType.EXTENDED_ATTRIBUTES, known.extendedAttributes);
        }
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        writeStreams(known, new BackupStreamWriter(tail));
        InputStream content = InputStream.nullInputStream();
        if (known.reparse != null) {
            writer.write(StreamType.REPARSE_POINT, known.reparse);
        } else if (!Files.isDirectory(path)) {
            new BackupStreamWriter(head).begin(BackupStream.of(StreamType.DATA, Files.size(path)));
            content = Files.newInputStream(path);
        }
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(head.toByteArray()), content, new ByteArrayInputStream(tail.toByteArray()))));
    }

    private static void writeStreams(Facts known, BackupStreamWriter writer) {
        known.streams.forEach((name, bytes) -> {
            try {
                writer.begin(new BackupStream(StreamType.ALTERNATE_DATA, 0, bytes.length, name, 0));
                writer.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Takes what BackupWrite takes, in pieces of any size; it is applied at the close. */
    public Restore restore(Path path, boolean withSecurity) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path.toString());
        }
        return new Restore(path, withSecurity);
    }

    /** A backup stream on its way into a file. */
    public final class Restore extends OutputStream {
        private final Path path;
        private final boolean withSecurity;
        private final Path spool;
        private final OutputStream out;
        private boolean closed;

        Restore(Path path, boolean withSecurity) throws IOException {
            this.path = path;
            this.withSecurity = withSecurity;
            this.spool = Files.createTempFile("backup", null);
            this.out = Files.newOutputStream(spool);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            out.close();
            try (InputStream in = new java.io.BufferedInputStream(Files.newInputStream(spool))) {
                apply(new BackupStreamReader(in));
            } finally {
                Files.delete(spool);
            }
        }

        private void apply(BackupStreamReader reader) throws IOException {
            Facts known = facts(path);
            for (BackupStream stream = reader.next(); stream != null; stream = reader.next()) {
                switch (stream.type()) {
                    case SECURITY -> known.security = withSecurity ? reader.readAllBytes() : known.security;
                    case EXTENDED_ATTRIBUTES -> known.extendedAttributes = reader.readAllBytes();
                    case REPARSE_POINT -> known.reparse = reader.readAllBytes();
                    case ALTERNATE_DATA -> known.streams.put(stream.name(), reader.readAllBytes());
                    case DATA -> {
                        try (OutputStream file = Files.newOutputStream(path, StandardOpenOption.TRUNCATE_EXISTING)) {
                            reader.transferTo(file);
                        }
                    }
                    default -> throw new IOException("a backup stream with " + stream.type());
                }
            }
        }
    }
}
