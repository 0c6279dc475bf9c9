package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import io.jenkins.plugins.windowsimage.engine.files.ArchiveLimits;
import io.jenkins.plugins.windowsimage.engine.files.CancellableInput;
import io.jenkins.plugins.windowsimage.engine.files.ContextIgnore;
import io.jenkins.plugins.windowsimage.engine.files.DirectoryTree;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.files.FileType;
import io.jenkins.plugins.windowsimage.engine.files.FilteredTree;
import io.jenkins.plugins.windowsimage.engine.files.FollowedLinks;
import io.jenkins.plugins.windowsimage.engine.files.StreamContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the files of a build and its Dockerfile come from. Opened once. */
public final class BuildContext {
    private static final String DOCKERFILE = "Dockerfile";
    /** Far beyond any Dockerfile that people write; what is larger is some other file. */
    private static final int LARGEST_DOCKERFILE = 32 << 20;

    private final Path directory;
    private final InputStream tar;
    private final Path dockerfile;
    private final InputStream dockerfileText;

    private BuildContext(Path directory, InputStream tar, Path dockerfile, InputStream dockerfileText) {
        this.directory = directory;
        this.tar = tar;
        this.dockerfile = dockerfile;
        this.dockerfileText = dockerfileText;
    }

    /**
     * Files of a directory.
     *
     * @param dockerfile anywhere on this machine; null for {@code Dockerfile} in the directory
     */
    public static BuildContext directory(Path directory, Path dockerfile) {
        return new BuildContext(directory, null, dockerfile, null);
    }

    /** Files of a directory, and the text of a Dockerfile from elsewhere. */
    public static BuildContext directory(Path directory, InputStream dockerfile) {
        return new BuildContext(directory, null, null, dockerfile);
    }

    /**
     * Files of a tar, compressed or not.
     *
     * @param dockerfile path within the tar; null for {@code Dockerfile} at its root
     */
    public static BuildContext tar(InputStream tar, Path dockerfile) {
        return new BuildContext(null, tar, dockerfile, null);
    }

    /**
     * An opened context.
     *
     * @param name of the context, the same for every build with it
     * @param tree the files that instructions may use: without what the ignore file excludes
     * @param dockerfileName as messages name it
     * @param dockerfile its content
     */
    record Opened(String name, FileTree tree, IgnoreFile ignore, String dockerfileName, byte[] dockerfile) {}

    /**
     * Opens the context.
     *
     * @param temporary existing directory for the content of a tar
     * @throws EngineException of kind CONTEXT_READ if context or Dockerfile cannot be read
     */
    Opened open(Path temporary, Cancellation cancellation) throws IOException {
        if (tar != null) {
            return openStream(temporary, cancellation);
        }
        FileTree tree = openDirectory();
        if (dockerfileText != null) {
            try (InputStream text = new CancellableInput(dockerfileText, cancellation)) {
                return opened(tree, ContextIgnore.inside(tree, DOCKERFILE), "standard input", limited(text, "standard input"));
            }
        }
        if (dockerfile != null) {
            byte[] text = read(dockerfile);
            return opened(tree, ContextIgnore.of(tree, dockerfile), dockerfile.toString(), text);
        }
        return inside(tree, DOCKERFILE);
    }

    private Opened openStream(Path temporary, Cancellation cancellation) throws IOException {
        StreamContext stream;
        try (InputStream content = new CancellableInput(tar, cancellation)) {
            stream = StreamContext.read(content, temporary, ArchiveLimits.DEFAULT, cancellation);
        }
        if (stream.dockerfile() != null) {
            return opened(stream.tree(), IgnoreFile.NONE, "standard input", stream.dockerfile());
        }
        return inside(stream.tree(), dockerfile == null ? DOCKERFILE : dockerfile.toString().replace('\\', '/'));
    }

    private Opened inside(FileTree tree, String path) throws IOException {
        return opened(tree, ContextIgnore.inside(tree, path), path, read(tree, path));
    }

    private Opened opened(FileTree tree, IgnoreFile ignore, String name, byte[] text) {
        String context = directory == null ? "standard input" : directory.toAbsolutePath().normalize().toString();
        return new Opened(context, new FilteredTree(tree, ignore), ignore, name, text);
    }

    private FileTree openDirectory() {
        try {
            return new DirectoryTree(directory);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorKind.CONTEXT_READ, "there is no context directory " + directory.toAbsolutePath().normalize(), e);
        }
    }

    private byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return limited(in, file.toString());
        } catch (NoSuchFileException e) {
            Path inside = directory.resolve(file);
            throw new EngineException(
                    ErrorKind.CONTEXT_READ,
                    "the Dockerfile " + file + " cannot be read: there is no such file",
                    Files.isRegularFile(inside) ? "there is one in the context: -f " + inside : null,
                    e);
        } catch (IOException e) {
            throw unreadable(file.toString(), IoFailures.sentence(e), e);
        }
    }

    private static byte[] limited(InputStream in, String name) throws IOException {
        byte[] text = in.readNBytes(LARGEST_DOCKERFILE + 1);
        if (text.length > LARGEST_DOCKERFILE) {
            throw unreadable(name, "it is larger than " + LARGEST_DOCKERFILE + " bytes", null);
        }
        return text;
    }

    private byte[] read(FileTree tree, String path) throws IOException {
        Optional<FileNode> node = FollowedLinks.find(tree, path);
        String where = directory == null ? "the tar on standard input" : directory.toAbsolutePath().normalize().toString();
        if (node.isEmpty()) {
            throw new EngineException(
                    ErrorKind.CONTEXT_READ, "there is no " + path + " in " + where, "name the Dockerfile with -f", null);
        }
        if (node.get().type() != FileType.FILE) {
            throw unreadable(path, "it is no file", null);
        }
        if (node.get().size() > LARGEST_DOCKERFILE) {
            throw unreadable(path, "it is larger than " + LARGEST_DOCKERFILE + " bytes", null);
        }
        byte[][] text = new byte[1][];
        try {
            tree.read(List.of(node.get()), (file, content) -> text[0] = content.readAllBytes());
        } catch (IOException e) {
            throw unreadable(path, IoFailures.sentence(e), e);
        }
        return text[0];
    }

    private static EngineException unreadable(String name, String why, IOException cause) {
        return new EngineException(ErrorKind.CONTEXT_READ, "the Dockerfile " + name + " cannot be read: " + why, cause);
    }
}
