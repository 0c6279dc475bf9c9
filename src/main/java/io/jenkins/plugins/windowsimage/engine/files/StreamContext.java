package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A build context that comes through a pipe ({@code windows-image build -}): a tar archive, plain or compressed, or else the text
 * of a Dockerfile without a context.
 *
 * @param tree what the context holds, not filtered yet; to be closed by the owner
 * @param dockerfile the text that came instead of a context; null if a context came
 */
public record StreamContext(FileTree tree, byte[] dockerfile) {
    /** More than a Dockerfile has, and than it takes to recognise an archive. */
    private static final int MOST_DOCKERFILE_BYTES = 4 << 20;

    /**
     * Reads all that comes.
     *
     * @param input not closed here
     * @param temporary directory for the contents; made when it does not exist
     * @throws EngineException of kind CONTEXT_READ if nothing comes, an archive that is broken, unsafe or beyond the limits, or
     *     what is too large for a Dockerfile
     */
    public static StreamContext read(InputStream input, Path temporary, ArchiveLimits limits, Cancellation cancellation)
            throws IOException {
        BufferedInputStream marked = new BufferedInputStream(input, 1 << 16);
        marked.mark(MOST_DOCKERFILE_BYTES);
        TarSpooler spooler =
                new TarSpooler("the context from standard input", ErrorKind.CONTEXT_READ, limits, cancellation, TarSpooler.Origin.PIPE);
        Optional<FileTree> tree = spooler.spool(marked, temporary);
        if (tree.isPresent()) {
            return new StreamContext(tree.get(), null);
        }
        marked.reset();
        byte[] text = marked.readNBytes(MOST_DOCKERFILE_BYTES + 1);
        if (text.length == 0) {
            throw new EngineException(ErrorKind.CONTEXT_READ, "nothing came through standard input",
                    "pipe a tar archive of the context, or a Dockerfile, into the build", null);
        } else if (text.length > MOST_DOCKERFILE_BYTES) {
            throw new EngineException(ErrorKind.CONTEXT_READ,
                    "what came through standard input is no tar archive, and too large for a Dockerfile");
        }
        return new StreamContext(new HeredocTree(Map.of(), Instant.EPOCH), text);
    }
}
