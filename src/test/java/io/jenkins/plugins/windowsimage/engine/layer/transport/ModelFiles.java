package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;

/** The files of a layer in a real directory, with {@link NtfsModel} for what it cannot hold. */
public class ModelFiles implements LayerFiles {
    private final NtfsModel ntfs;
    private final Path root;

    public ModelFiles(NtfsModel ntfs, Path root) {
        this.ntfs = ntfs;
        this.root = root;
    }

    Path path(String relative) {
        return relative.isEmpty() ? root : root.resolve(relative.replace('\\', '/'));
    }

    /** A path of which no part but the last is a reparse point. */
    private Path reach(String relative) throws IOException {
        Path parent = path(relative).getParent();
        for (Path path = parent; path.startsWith(root); path = path.getParent()) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || ntfs.facts(path).reparse != null) {
                throw new NoSuchFileException(relative);
            }
        }
        return path(relative);
    }

    private Path existing(String relative) throws IOException {
        Path path = reach(relative);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(relative);
        }
        return path;
    }

    private Path create(String relative, boolean directory) throws IOException {
        Path path = reach(relative);
        if (Files.exists(path)) {
            throw new FileAlreadyExistsException(relative);
        }
        ntfs.create(path, directory);
        return path;
    }

    @Override
    public void createDirectory(String path) throws IOException {
        create(path, true);
    }

    @Override
    public NewFile createFile(String path) throws IOException {
        Path file = create(path, false);
        return new ModelNewFile(file, Files.newOutputStream(file, StandardOpenOption.WRITE));
    }

    @Override
    public NewFile createFromBackup(String path, boolean directory) throws IOException {
        Path file = create(path, directory);
        return new ModelNewFile(file, ntfs.restore(file, true));
    }

    @Override
    public NewFile overwriteDirectory(String path) throws IOException {
        Path file = existing(path);
        return new ModelNewFile(file, ntfs.restore(file, true));
    }

    private final class ModelNewFile extends NewFile {
        private final Path file;
        private final java.io.OutputStream out;

        ModelNewFile(Path file, java.io.OutputStream out) {
            this.file = file;
            this.out = out;
        }

        @Override
        public void setInfo(BasicInfo info) throws IOException {
            ntfs.setInfo(file, info);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    @Override
    public void link(String path, LayerFiles directory, String existing) throws IOException {
        Path file = reach(path);
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(path);
        }
        ntfs.link(file, ((ModelFiles) directory).existing(existing));
    }

    @Override
    public void remove(String path) throws IOException {
        ntfs.deleteTree(existing(path));
    }

    @Override
    public FileStatus status(String path) throws IOException {
        try {
            return ntfs.status(reach(path));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void setInfo(String path, BasicInfo info) throws IOException {
        ntfs.setInfo(existing(path), info);
    }

    @Override
    public Listing list(String path) throws IOException {
        Iterator<Path> children = NtfsModel.children(path.isEmpty() ? root : existing(path)).iterator();
        return new Listing() {
            @Override
            public DirectoryEntry next() throws IOException {
                if (!children.hasNext()) {
                    return null;
                }
                Path child = children.next();
                return new DirectoryEntry(child.getFileName().toString(), ntfs.status(child).info().attributes());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public OpenFile open(String path) throws IOException {
        Path file = existing(path);
        FileStatus status = ntfs.status(file);
        RandomAccessFile content = new RandomAccessFile(file.toFile(), "r");
        return new OpenFile() {
            @Override
            public FileStatus status() {
                return status;
            }

            @Override
            public int read(long position, byte[] bytes, int offset, int length) throws IOException {
                content.seek(position);
                return content.read(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                content.close();
            }
        };
    }

    @Override
    public InputStream openBackup(String path) throws IOException {
        return ntfs.backup(existing(path), true);
    }

    @Override
    public void close() {}
}
