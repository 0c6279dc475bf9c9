package io.jenkins.plugins.windowsimage.engine.files;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Set;

/**
 * A directory below a root, reached without following any link. Where the system can open relative to an open directory (Linux),
 * no one can lead the way elsewhere by putting a link in its place meanwhile; where it cannot (Windows), the way is checked before
 * and after. For one thread at a time.
 */
final class OpenDirectory implements Closeable {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final Path path;
    private final DirectoryStream<Path> stream;

    private OpenDirectory(Path path, DirectoryStream<Path> stream) {
        this.path = path;
        this.stream = stream;
    }

    /** Takes the name of an entry. */
    @FunctionalInterface
    interface NameReader {
        void read(String name) throws IOException;
    }

    /**
     * Opens a directory.
     *
     * @param root a real path
     * @param path from the root, with {@code /} between the parts; without links when it was found
     * @throws IOException also when a link or a file is on the way by now
     */
    static OpenDirectory at(Path root, String path) throws IOException {
        OpenDirectory directory = new OpenDirectory(root, Files.newDirectoryStream(root));
        try {
            if (directory.stream instanceof SecureDirectoryStream<Path>) {
                for (String name : WindowsPath.parts(path)) {
                    OpenDirectory parent = directory;
                    directory = parent.child(name);
                    parent.close();
                }
                return directory;
            }
            directory.close();
            Path whole = NativeNames.resolve(root, path);
            directory = new OpenDirectory(whole, Files.newDirectoryStream(whole));
            directory.requireReal();
            return directory;
        } catch (NoSuchFileException e) {
            directory.close();
            throw changed(NativeNames.resolve(root, path), "vanished", e);
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    private OpenDirectory child(String name) throws IOException {
        Path child = NativeNames.resolve(path, name);
        try {
            return new OpenDirectory(child, secure().newDirectoryStream(child.getFileName(), LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (NotDirectoryException e) {
            throw changed(child, "became a link or a file", e);
        } catch (AccessDeniedException e) {
            throw denied(child);
        } catch (FileSystemException e) {
            // A link in its place is an error of its own kind (ELOOP).
            throw Files.isSymbolicLink(child) ? changed(child, "became a link", e) : e;
        }
    }

    private SecureDirectoryStream<Path> secure() {
        return stream instanceof SecureDirectoryStream<Path> secure ? secure : null;
    }

    /** Where the directory is. */
    Path path() {
        return path;
    }

    /** Goes once through the names of the entries, in no order. */
    void forEachName(NameReader reader) throws IOException {
        try {
            for (Iterator<Path> entries = stream.iterator(); entries.hasNext(); ) {
                String text = NativeNames.text(entries.next());
                reader.read(text.substring(text.lastIndexOf(File.separatorChar) + 1));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        requireReal();
    }

    /** What an entry is, a link not followed. */
    BasicFileAttributes attributes(Path name) throws IOException {
        if (secure() == null) {
            requireReal();
            return Files.readAttributes(path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }
        return secure().getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).readAttributes();
    }

    /** Opens a file; fails on a link. */
    InputStream open(Path name) throws IOException {
        if (secure() == null) {
            InputStream content = Files.newInputStream(path.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                requireReal();
            } catch (IOException e) {
                content.close();
                throw e;
            }
            return content;
        }
        try {
            return Channels.newInputStream(secure().newByteChannel(name, READ));
        } catch (AccessDeniedException e) {
            throw denied(path.resolve(name));
        }
    }

    /** The system names only the entry, where it was to open it relative to a directory. */
    private static IOException denied(Path whole) {
        return new AccessDeniedException(whole.toString());
    }

    /** Where the system cannot open relative to this directory: no link may stand on the way to it. */
    private void requireReal() throws IOException {
        if (secure() == null && !path.toRealPath().equals(path)) {
            throw changed(path, "became a link", null);
        }
    }

    static IOException changed(Path file, String what, IOException cause) {
        return new IOException("the file " + NativeNames.text(file) + " " + what + " while the build read it", cause);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
