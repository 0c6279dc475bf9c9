package io.jenkins.plugins.windowsimage.engine.files;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory of this machine. Symbolic links, and on Windows junctions, never lead out of it: they are followed by name
 * within the directory, see {@link LinkResolution}, and not at all when content is read, see {@link OpenDirectory}. Devices, pipes
 * and sockets are not there.
 */
public final class DirectoryTree implements FileTree {
    private static final boolean WINDOWS = File.separatorChar == '\\';
    /** Bytes; more make the usual file systems fail instead of finding nothing. */
    private static final int LONGEST_NAME = 255;
    private static final String UNIX_NODE = "unix:mode,nlink,ino,dev,size,lastModifiedTime,ctime";
    /** The bits of a mode that tell the type, as in stat(2). */
    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_FILE = 0100000;
    private static final int UNIX_DIRECTORY = 0040000;
    private static final int UNIX_LINK = 0120000;
    /** Names of a directory that are looked at together, on all processors when there are many. */
    private static final int TOGETHER = 4096;
    private static final int MANY = 64;

    private final Path root;
    private final String rootName;
    private final boolean unix;
    /** The file system of the root; null where systems do not tell. */
    private final Object device;

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
        this.rootName = NativeNames.text(root);
        this.unix = root.getFileSystem().supportedFileAttributeViews().contains("unix");
        this.device = unix ? Files.getAttribute(root, "unix:dev") : null;
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
    private Optional<FileNode> unixNode(String path, Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, UNIX_NODE, LinkOption.NOFOLLOW_LINKS);
        Instant modified = NodeIndex.kept(((FileTime) attributes.get("lastModifiedTime")).toInstant());
        return switch ((int) attributes.get("mode") & UNIX_TYPE) {
            case UNIX_FILE -> {
                // Numbers of files count within one file system; those on others are not worth more.
                boolean linked = (int) attributes.get("nlink") > 1 && attributes.get("dev").equals(device);
                Object identity = linked ? attributes.get("ino") : null;
                FileStamp stamp = unixStamp(path, attributes);
                yield Optional.of(new FileNode(path, FileType.FILE, stamp.size(), modified, null, identity, stamp));
            }
            case UNIX_DIRECTORY -> Optional.of(new FileNode(path, FileType.DIRECTORY, 0, modified, null, null));
            case UNIX_LINK -> Optional.of(new FileNode(
                    path, FileType.SYMLINK, 0, modified, NativeNames.text(Files.readSymbolicLink(file)), null));
            default -> Optional.empty();
        };
    }

    private FileStamp unixStamp(String path, Map<String, Object> attributes) {
        return new FileStamp(rootName, path, (long) attributes.get("size"),
                NodeIndex.kept(((FileTime) attributes.get("lastModifiedTime")).toInstant()),
                NodeIndex.kept(((FileTime) attributes.get("ctime")).toInstant()), (long) attributes.get("ino"));
    }

    private FileStamp basicStamp(String path, BasicFileAttributes attributes) {
        return new FileStamp(rootName, path, attributes.size(), NodeIndex.kept(attributes.lastModifiedTime().toInstant()),
                NodeIndex.kept(attributes.creationTime().toInstant()), 0);
    }

    private Optional<FileNode> basicNode(String path, Path file) throws IOException {
        BasicFileAttributes attributes = attributes(file);
        Instant modified = NodeIndex.kept(attributes.lastModifiedTime().toInstant());
        if (attributes.isSymbolicLink()) {
            return Optional.of(new FileNode(
                    path, FileType.SYMLINK, 0, modified, NativeNames.text(Files.readSymbolicLink(file)), null));
        }
        String redirection = attributes.isOther() ? redirection(file) : null;
        if (redirection != null) {
            return Optional.of(new FileNode(path, FileType.SYMLINK, 0, modified, redirection, null));
        }
        if (attributes.isDirectory()) {
            return Optional.of(new FileNode(path, FileType.DIRECTORY, 0, modified, null, null));
        }
        if (attributes.isRegularFile() || WINDOWS && attributes.isOther()) {
            FileStamp stamp = basicStamp(path, attributes);
            return Optional.of(new FileNode(path, FileType.FILE, stamp.size(), modified, null, null, stamp));
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
        NodeIndex index = new NodeIndex(rootName);
        try (OpenDirectory open = OpenDirectory.at(root, directory.path())) {
            List<String> names = new ArrayList<>();
            open.forEachName(name -> {
                names.add(name);
                if (names.size() == TOGETHER) {
                    add(index, open.path(), names);
                    names.clear();
                }
            });
            add(index, open.path(), names);
        }
        index.seal();
        return index.children(NodeIndex.ROOT, directory.path());
    }

    private void add(NodeIndex index, Path directory, List<String> names) throws IOException {
        Stream<String> all = names.size() < MANY ? names.stream() : names.parallelStream();
        try {
            all.map(name -> child(directory, name)).toList().forEach(found -> found.ifPresent(node -> add(index, node)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Optional<FileNode> child(Path directory, String name) {
        try {
            Path file = NativeNames.resolve(directory, name);
            Optional<FileNode> node = node(name, file);
            if (node.isEmpty() && name.indexOf('\uFFFD') >= 0 && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("the directory " + directory + " has a file whose name is not valid UTF-8: " + name);
            }
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(NodeIndex index, FileNode node) {
        int row = switch (node.type()) {
            case DIRECTORY -> index.putDirectory(NodeIndex.ROOT, node.path());
            case SYMLINK -> index.putSymlink(NodeIndex.ROOT, node.path(), node.linkTarget());
            case FILE -> index.putFile(NodeIndex.ROOT, node.path(), node.stamp().number(), node.size());
        };
        index.setModified(row, node.modified());
        if (node.stamp() != null) {
            index.setChanged(row, node.stamp().changed());
        }
        if (node.identity() != null) {
            index.setHardLinked(row);
        }
    }

    @Override
    public void read(Collection<FileNode> files, ContentReader reader) throws IOException {
        String parent = "";
        OpenDirectory directory = OpenDirectory.at(root, "");
        try {
            for (FileNode file : files) {
                if (!WindowsPath.parent(file.path()).equals(parent)) {
                    directory.close();
                    parent = WindowsPath.parent(file.path());
                    directory = OpenDirectory.at(root, parent);
                }
                read(file, directory, reader);
            }
        } finally {
            directory.close();
        }
    }

    private static void read(FileNode file, OpenDirectory directory, ContentReader reader) throws IOException {
        Path path = NativeNames.resolve(directory.path(), file.name());
        try {
            requireUnchanged(file, directory, path);
            try (InputStream content = directory.open(path.getFileName())) {
                reader.read(file, new ExactInputStream(content, file.size(), NativeNames.text(path)));
            }
            requireUnchanged(file, directory, path);
        } catch (NoSuchFileException e) {
            throw OpenDirectory.changed(path, "vanished", e);
        }
    }

    private static void requireUnchanged(FileNode file, OpenDirectory directory, Path path) throws IOException {
        BasicFileAttributes now = directory.attributes(path.getFileName());
        boolean stillFile = now.isRegularFile() || WINDOWS && now.isOther() && !now.isDirectory();
        if (!stillFile || now.size() != file.size() || !NodeIndex.kept(now.lastModifiedTime().toInstant()).equals(file.modified())) {
            throw OpenDirectory.changed(path, "changed", null);
        }
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
