package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the ignore file that holds for a build: {@code <Dockerfile>.dockerignore} beside the Dockerfile if there is
 * one, else {@code .dockerignore} in the root of the context.
 */
public final class ContextIgnore {
    /** No ignore file written by people comes near. */
    private static final int MOST_BYTES = 16 << 20;
    private static final String NAME = ".dockerignore";

    private ContextIgnore() {}

    /**
     * The ignore file for a Dockerfile that lies on this machine, in the context or elsewhere.
     *
     * @param context not filtered yet
     * @throws EngineException of kind CONTEXT_READ if the file cannot be read or is not valid
     */
    public static IgnoreFile of(FileTree context, Path dockerfile) {
        Path own = dockerfile.resolveSibling(dockerfile.getFileName() + NAME);
        try {
            if (Files.isRegularFile(own)) {
                try (InputStream content = Files.newInputStream(own)) {
                    return parse(own.toString(), content);
                }
            }
        } catch (IOException e) {
            throw unreadable(own.toString(), e);
        }
        return find(context, NAME).orElse(IgnoreFile.NONE);
    }

    /**
     * The ignore file for a Dockerfile that lies in the context itself.
     *
     * @param context not filtered yet
     * @param dockerfile path in the context
     * @throws EngineException of kind CONTEXT_READ if the file cannot be read or is not valid
     */
    public static IgnoreFile inside(FileTree context, String dockerfile) {
        return find(context, WindowsPath.clean(dockerfile).path() + NAME)
                .or(() -> find(context, NAME))
                .orElse(IgnoreFile.NONE);
    }

    private static Optional<IgnoreFile> find(FileTree context, String path) {
        IgnoreFile[] result = {null};
        try {
            Optional<FileNode> file = FollowedLinks.find(context, path);
            if (file.isPresent() && file.get().type() == FileType.FILE) {
                context.read(List.of(file.get()), (node, content) -> result[0] = parse(path, content));
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        return Optional.ofNullable(result[0]);
    }

    private static IgnoreFile parse(String name, InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new EngineException(ErrorKind.CONTEXT_READ, name + " is larger than 16 MiB");
        }
        return IgnoreFile.parse(new String(bytes, StandardCharsets.UTF_8));
    }

    private static EngineException unreadable(String name, IOException cause) {
        return new EngineException(ErrorKind.CONTEXT_READ, "cannot read " + name + ": " + FileFailure.reason(cause), cause);
    }
}
