package io.jenkins.plugins.windowsimage.engine.files;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory of this machine. Symbolic links, and on Windows junctions, never lead out of it: they are followed by name
 * within the directory, see {@link LinkResolution}. Devices, pipes and sockets are not there.
 */
public final class DirectoryTree implements FileTree {
    private static final boolean WINDOWS = File.separatorChar == '\\';
    /** Bytes; more make the usual file systems fail instead of finding nothing. */
    private static final int LONGEST_NAME = 255;
    private static final String UNIX_NODE = "unix:mode,nlink,ino,dev,size,lastModifiedTime";
    /** The bits of a mode that tell the type, as in stat(2). */
    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_FILE = 0100000;
    private static final int UNIX_DIRECTORY = 0040000;
    private static final int UNIX_LINK = 0120000;
    private static final String UNIX_STAMP = "unix:size,lastModifiedTime,ctime,ino,dev";

    private final Path root;
    private final boolean unix;

    /**
     * Opens a directory.
     *
     * @throws NotDirectoryException if it is none
     * @throws NoSuchFileException if there is nothing
     */
    public DirectoryTree(Path directory) throws IOException {
        this.root = directory.toRealPath();
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(directory.toString());
        }
        this.unix = root.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    @Override
    public Optional<FileNode> find(String path) throws IOException {
        FileNode top = new FileNode("", FileType.DIRECTORY, 0, Files.getLastModifiedTime(root).toInstant(), null, null);
        return LinkResolution.find(top, path, false, this::entry);
    }

    private Optional<FileNode> entry(String directory, String name) throws IOException {
        if (!WINDOWS && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            return Optional.empty();
        }
        try {
            Path parent = NativeNames.resolve(root, directory);
            Path file = NativeNames.resolve(parent, name);
            // The name has to be one name for the file system as well, or it could lead elsewhere.
            if (!parent.equals(file.getParent())) {
                return Optional.empty();
            }
            // Windows finds a file by other spellings than its own, which .dockerignore would not know.
            String spelling = WINDOWS ? file.toRealPath(LinkOption.NOFOLLOW_LINKS).getFileName().toString() : name;
            return node(WindowsPath.join(directory, spelling), file);
        } catch (InvalidPathException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Looks at a file; empty when it is neither file, directory nor link, or is gone. */
    private Optional<FileNode> node(String path, Path file) throws IOException {
        try {
            return unix ? unixNode(path, file) : basicNode(path, file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** All that is asked for in one call, because contexts have many files. */
    private static Optional<FileNode> unixNode(String path, Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, UNIX_NODE, LinkOption.NOFOLLOW_LINKS);
        Instant modified = ((FileTime) attributes.get("lastModifiedTime")).toInstant();
        return switch ((int) attributes.get("mode") & UNIX_TYPE) {
            case UNIX_FILE -> {
                boolean linked = (int) attributes.get("nlink") > 1;
                Object identity = linked ? List.of(attributes.get("dev"), attributes.get("ino")) : null;
                long size = (long) attributes.get("size");
                yield Optional.of(new FileNode(path, FileType.FILE, size, modified, null, identity));
            }
            case UNIX_DIRECTORY -> Optional.of(new FileNode(path, FileType.DIRECTORY, 0, modified, null, null));
            case UNIX_LINK -> Optional.of(new FileNode(
                    path, FileType.SYMLINK, 0, modified, NativeNames.text(Files.readSymbolicLink(file)), null));
            default -> Optional.empty();
        };
    }

    private Optional<FileNode> basicNode(String path, Path file) throws IOException {
        BasicFileAttributes attributes = attributes(file);
        FileTime modified = attributes.lastModifiedTime();
        if (attributes.isSymbolicLink()) {
            return Optional.of(new FileNode(
                    path, FileType.SYMLINK, 0, modified.toInstant(), NativeNames.text(Files.readSymbolicLink(file)), null));
        }
        String redirection = attributes.isOther() ? redirection(file) : null;
        if (redirection != null) {
            return Optional.of(new FileNode(path, FileType.SYMLINK, 0, modified.toInstant(), redirection, null));
        }
        if (attributes.isDirectory()) {
            return Optional.of(new FileNode(path, FileType.DIRECTORY, 0, modified.toInstant(), null, null));
        }
        if (attributes.isRegularFile() || WINDOWS && attributes.isOther()) {
            return Optional.of(new FileNode(
                    path, FileType.FILE, attributes.size(), modified.toInstant(), null, null));
        }
        return Optional.empty();
    }

    /** Where a junction or mount point of Windows leads, counted from the root where it stays inside; null for others. */
    private String redirection(Path file) throws IOException {
        if (!WINDOWS) {
            return null;
        }
        Path target = file.toRealPath();
        if (target.equals(file.toRealPath(LinkOption.NOFOLLOW_LINKS))) {
            return null;
        }
        return target.startsWith(root) ? "\\" + root.relativize(target) : target.toString();
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<FileNode> children(FileNode directory) throws IOException {
        Path path = verified(directory.path());
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            entries.forEach(entry -> names.add(name(entry)));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(NameOrder.INSTANCE);
        List<FileNode> children = new ArrayList<>(names.size());
        for (String name : names) {
            node(WindowsPath.join(directory.path(), name), NativeNames.resolve(path, name)).ifPresent(children::add);
        }
        return children;
    }

    private static String name(Path file) {
        String text = NativeNames.text(file);
        return text.substring(text.lastIndexOf(File.separatorChar) + 1);
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        String lastParent = null;
        Path directory = null;
        for (FileNode file : files) {
            String parent = WindowsPath.parent(file.path());
            if (!parent.equals(lastParent)) {
                directory = verified(parent);
                lastParent = parent;
            }
            read(file, NativeNames.resolve(directory, file.name()), reader);
        }
    }

    private static void read(FileNode file, Path path, ContentReader reader) throws IOException {
        try (InputStream content = Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            requireUnchanged(file, path);
            reader.read(file, new ExactInputStream(content, file.size(), path.toString()));
            requireUnchanged(file, path);
        } catch (NoSuchFileException e) {
            throw changed(path, "vanished", e);
        }
    }

    private static void requireUnchanged(FileNode file, Path path) throws IOException {
        BasicFileAttributes now = attributes(path);
        if (now.isSymbolicLink() || now.isDirectory() || now.size() != file.size()
                || !now.lastModifiedTime().toInstant().equals(file.modified())) {
            throw changed(path, "changed", null);
        }
    }

    private static IOException changed(Path file, String what, IOException cause) {
        return new IOException("the file " + file + " " + what + " while the build read it", cause);
    }

    /** The directory at a path of this tree, provided that no link stands on the way by now. */
    private Path verified(String path) throws IOException {
        Path directory = NativeNames.resolve(root, path);
        Path real;
        try {
            real = directory.toRealPath();
        } catch (NoSuchFileException e) {
            throw changed(directory, "vanished", e);
        }
        if (!real.equals(directory)) {
            throw changed(directory, "became a link", null);
        }
        return directory;
    }

    @Override
    public Optional<FileStamp> stamp(FileNode file) throws IOException {
        Path path = NativeNames.resolve(root, file.path());
        try {
            if (unix) {
                Map<String, Object> attributes = Files.readAttributes(path, UNIX_STAMP, LinkOption.NOFOLLOW_LINKS);
                return Optional.of(new FileStamp(NativeNames.text(path), (long) attributes.get("size"),
                        ((FileTime) attributes.get("lastModifiedTime")).toInstant(), ((FileTime) attributes.get("ctime")).toInstant(),
                        attributes.get("dev") + " " + attributes.get("ino")));
            }
            BasicFileAttributes attributes = attributes(path);
            return Optional.of(new FileStamp(path.toString(), attributes.size(), attributes.lastModifiedTime().toInstant(),
                    attributes.creationTime().toInstant(), ""));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
